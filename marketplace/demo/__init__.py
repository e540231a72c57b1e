"""What the demo adds to the public facts: clients, lists, requests and logins, all made up."""
