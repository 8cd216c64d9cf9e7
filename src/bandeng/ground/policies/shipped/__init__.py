"""Laws, numbers and procedures as shipped; a migration loads them once, the county changes them by acts."""

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """Read one of the shipped tables."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def load_laws(law_model, article_model) -> None:
    """Add the shipped laws and articles that are not there yet."""
    for row in read("laws")["law"]:
        row = dict(row)
        articles = row.pop("articles")
        law, _ = law_model.objects.get_or_create(code=row.pop("code"), defaults=row)
        for number, gist_zh, gist_en in articles:
            article_model.objects.get_or_create(
                law=law, number=number, defaults={"gist_zh": gist_zh, "gist_en": gist_en}
            )


def load_parameters(parameter_model, version_model, article_model) -> None:
    """Add the shipped parameters that are not there yet, each with its first version."""
    data = read("parameters")
    articles = {(a.law.code, a.number): a for a in article_model.objects.select_related("law")}
    for row in data["parameter"]:
        parameter, is_new = parameter_model.objects.get_or_create(
            code=row["code"],
            defaults={"unit": row["unit"], "label_zh": row["label_zh"], "label_en": row["label_en"]},
        )
        if not is_new:
            continue
        article = articles[tuple(row["article"])] if "article" in row else None
        version_model.objects.create(
            parameter=parameter,
            value=row["value"],
            effective_from=data["effective_from"],
            article=article,
            citation=row["citation"],
            source_url=article.law.source_url if article else "",
            is_provisional=row.get("provisional", True),
        )


def load_procedures(procedure_model, parameter_model) -> None:
    """Add the shipped procedures that are not there yet, in the order of the file."""
    for position, row in enumerate(read("procedures")["procedure"]):
        row = dict(row, position=position)
        row["limit"] = parameter_model.objects.get(code=row["limit"])
        procedure_model.objects.get_or_create(code=row.pop("code"), defaults=row)
