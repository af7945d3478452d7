"""Time zones and countries with public holidays: whether a name is one.

`holidays` takes a tenth of a second to import, so that countries are known here; only a subdivision, or a country
that is not in the list, asks the package.
"""

from __future__ import annotations

CODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(CODES.split())
"""ISO 3166 codes of countries whose public holidays the package knows."""


def known_holidays(text: str) -> bool:
    """Whether public holidays of a country (`IT`) or a subdivision of one (`IT-BZ`) are known."""
    if text in COUNTRIES:
        return True
    country, dash, subdivision = text.partition("-")
    if not country.isascii() or not country.isupper() or (dash and not subdivision):
        return False
    from holidays import list_supported_countries

    found = list_supported_countries(include_aliases=True).get(country)
    return found is not None and (not dash or subdivision in found)


def known_zone(text: str) -> bool:
    """Whether a text is the name of a time zone, as `Europe/Rome`."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text)
    except (LookupError, OSError, ValueError):
        return False
    return True
