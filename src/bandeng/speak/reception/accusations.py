"""Where accusations of officials go: the discipline body, with where, telephone and hours, from the directory."""

from bandeng.ground.directory import api as directory

PAPERS = ("slip", "a4")
NATIONAL_PHONE = "12388"  # 全国纪检监察举报电话


def bodies() -> list[directory.Office]:
    """List the county's discipline offices."""
    return [o for o in directory.offices().values() if o.kind == "discipline" and o.is_active]


def codes() -> str:
    """Name them for the act that says they were shown; empty where the county has entered none."""
    return ",".join(office.code for office in bodies())


def context(paper: str = "") -> dict:
    """Give what the pages and papers show."""
    return {"bodies": bodies(), "national_phone": NATIONAL_PHONE, "paper": paper if paper in PAPERS else ""}
