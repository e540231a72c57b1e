"""A small data set on disk, to be bent by the tests."""

from collections.abc import Sequence
from pathlib import Path

from conflicts.importers.events import EVENTS
from conflicts.importers.market import COLUMNS, COMPETITIONS, INTERESTS, ORGANIZATIONS, RELATIONSHIPS

URL = "https://news.example/deal"


class Files:
    """The files of a folder: the deal of June 2025 in few rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write(
            ORGANIZATIONS,
            ["meta", "Meta Platforms", "Facebook;Meta", "US", "client", "social;ar-vr", URL],
            ["google", "Google", "", "", "client", "ar-vr", URL],
            ["scale-ai", "Scale AI", "", "US", "vendor", "data-labeling", URL],
            ["wang", "Alexandr Wang", "", "", "other", "natural-person", URL],
        )
        self.write(COMPETITIONS, ["meta", "google", "ar-vr", URL])
        self.write(
            INTERESTS,
            self.interest("meta", "scale-ai", start="2024-05-21"),
            self.interest("wang", "scale-ai", "seniorManagingOfficial", start="2016"),
        )
        self.write(RELATIONSHIPS, ["google", "scale-ai", "reported", "", "2025-06", "", "", "", "", "", URL])
        self.write(
            EVENTS,
            ["2025-06-12", "end", *self.interest("meta", "scale-ai", start="2024-05-21", end="2025-06-12")],
            ["2025-06-12", "add", *self.interest("meta", "scale-ai", share="49", start="2025-06-12")],
        )

    def interest(
        self,
        holder: str,
        subject: str,
        type_: str = "shareholding",
        *,
        share: str = "",
        start: str = "",
        end: str = "",
        certainty: str = "stated",
        url: str = URL,
    ) -> list[str]:
        return [holder, subject, type_, share, "", share, start, end, "press", certainty, "", "", "", "", "", url]

    def write(self, file: str, *rows: Sequence[str]) -> None:
        lines = [COLUMNS[file], *rows]
        self.raw(file, "".join(",".join(cells) + "\n" for cells in lines))

    def append(self, file: str, *rows: Sequence[str]) -> None:
        self.raw(file, self.text(file) + "".join(",".join(cells) + "\n" for cells in rows))

    def replace(self, file: str, old: str, new: str) -> None:
        assert old in self.text(file)
        self.raw(file, self.text(file).replace(old, new))

    def raw(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")

    def text(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")
