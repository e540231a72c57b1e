"""How dates are shown: as the sources and the API write them."""
