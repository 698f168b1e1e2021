"""A small notice to edit, for a folder of standards that has its kinds."""

from __future__ import annotations

from pathlib import Path

KINDS = """\
code,en,hi,source,source_date,needed,keep_days
security,Access to my account,मेरे खाते तक पहुँच,house rule,2026-08-01,yes,30
work,My work,मेरा कार्य,house rule,2026-08-01,no,180
"""
NOTICE = """\
$id: jjm:notice/tank-empty/1.0.0
title: {en: Tank is empty, hi: टंकी खाली है}
kind: work
variables:
  tank: {title: {en: Tank, hi: टंकी}, most: 30, example: "Purva 2"}
  since: {title: {en: Since, hi: कब से}, most: 30, example: "06:00"}
texts:
  inbox:
    en: {subject: "{tank} is empty", text: "{tank} is empty since {since}."}
    hi: {subject: "{tank} खाली है", text: "{tank} {since} से खाली है।"}
  email:
    en: {subject: "{tank} is empty", text: "{tank} is empty since {since}."}
    hi: {subject: "{tank} खाली है", text: "{tank} {since} से खाली है।"}
  sms:
    en: "{tank} is empty since {since}. JJM"
    hi: "{tank} {since} से खाली है। जल जीवन मिशन"
  whatsapp:
    en: "{tank} is empty since {since}."
    hi: "{tank} {since} से खाली है।"
templates:
  sms: {en: "1107160000000000001"}
"""
PLACE = "notices/tank-empty.yaml"


def write_notice(folder: Path, text: str = NOTICE) -> Path:
    """Put the notice and its kinds into a folder of standards."""
    (folder / "codes").mkdir(parents=True, exist_ok=True)
    (folder / "codes/notice-kind.csv").write_text(KINDS, "utf-8")
    (folder / "notices").mkdir(exist_ok=True)
    (folder / PLACE).write_text(text, "utf-8")
    return folder
