"""Made-up names, places and goods. No entry is meant to be a person or a company that exists."""

from __future__ import annotations

from dataclasses import dataclass

_FIRST = """
Ada Alma Amir Anneke Arvid Asli Aurora Bela Bram Britta Camille Carla Cem Chiara Dario
Dilara Edda Eline Emre Enzo Esme Fabio Femke Finn Freya Gaia Greta Hakan Hanne Hugo Ida Ilse
Ines Ismene Ivo Jana Jasper Joris Jürgen Kaja Kerem Klara Lale Lars Leonie Lieke Linnea Luc
Mads Maëlle Malin Marit Mateo Milo Mina Nadia Nils Noor Odile Olof Otto Pia Pelin Quentin
Ragna Remi Rosa Runa Sanne Selin Sini Sofie Søren Tarik Tilda Tove Umut Vera Viggo Wim Yara
Zeynep Zoë Åsa Émile
"""
_LAST = """
Aalbers Abendrot Almlund Arslanbey Bachwasser Bergqvisten Birkhold Blauwater Boisclair
Brunnental Cerisier Ç\u0131narl\u0131 Dalgaard-Lund Delacroisée Donkerbos Ebbesand
Eichengrund Falkenmoor Feldspat Fontanelle Grauwolk Grünspan Haverkist Heidelott Holmström
Islinger Jonquille Kaltwasser Kirschblum Klinkhamer Korenbloem Lavandier Lindqvisten
Lundemark Maistral Marchetta Meerschaum Mondschein Nachtegaal Nordfjeld O'Branagan
Ørsted-Vik Palmieri-Conte Quellrand Rabenhorst Regenbogen Rosenhain Saltmarsh Schneeberg
Sommerfuglen Steenbakker Sturmhaube Tannenzapf Tulipano Uhlenhorst Valderama Van_der_Heide
Vesterhavet Waldmeister Weidenkätz Winterkorn Y\u0131ld\u0131zl\u0131 Zandvliet Zuckerhut
"""
FIRST_NAMES = tuple(_FIRST.split())
LAST_NAMES = tuple(name.replace("_", " ") for name in _LAST.split())
COMPANIES = ("Lichtwerk Ateliers", "Nordlicht Kollektiv", "Studio Zeewind", "Maison Brume")
STREETS = (
    "Lindenweg",
    "Hafenstraße",
    "Rue des Tilleuls",
    "Kanaalkade",
    "Mill Lane",
    "Via del Pino",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A country with a city, its usual currency and how its mobile numbers begin."""

    code: str
    country: str
    city: str
    province: str | None
    province_code: str | None
    zip_digits: int
    currency: str
    locale: str
    mobile: str
    """Country code and mobile prefix; `digits` random digits follow."""
    digits: int
    weight: int


PLACES = (
    Place("DE", "Germany", "Hamburg", "Hamburg", "HH", 5, "EUR", "de-DE", "+49151", 8, 30),
    Place("FR", "France", "Lyon", None, None, 5, "EUR", "fr-FR", "+3361", 7, 18),
    Place("NL", "Netherlands", "Utrecht", "Utrecht", "UT", 4, "EUR", "nl-NL", "+3161", 7, 10),
    Place("AT", "Austria", "Graz", "Styria", "6", 4, "EUR", "de-AT", "+43664", 7, 6),
    Place("ES", "Spain", "Valencia", "Valencia", "V", 5, "EUR", "es-ES", "+346", 8, 8),
    Place("IT", "Italy", "Bologna", "Bologna", "BO", 5, "EUR", "it-IT", "+3934", 8, 7),
    Place("GB", "United Kingdom", "Leeds", "England", "ENG", 5, "GBP", "en-GB", "+4474", 8, 8),
    Place("US", "United States", "Portland", "Oregon", "OR", 5, "USD", "en-US", "+150342", 5, 6),
    Place("CH", "Switzerland", "Luzern", "Luzern", "LU", 4, "CHF", "de-CH", "+4179", 7, 3),
    Place("SE", "Sweden", "Uppsala", None, None, 5, "SEK", "sv-SE", "+4670", 7, 2),
    Place("PL", "Poland", "Gdynia", None, None, 5, "PLN", "pl-PL", "+4851", 7, 1),
    Place("JP", "Japan", "Sapporo", "Hokkaido", "JP-01", 7, "JPY", "ja-JP", "+81901", 7, 1),
)
RATES = {
    "EUR": 1.0, "USD": 1.08, "GBP": 0.86, "CHF": 0.95, "SEK": 11.4, "PLN": 4.3, "JPY": 162.0,
}  # fmt: skip
"""Presentment currency units per euro: made up, constant, near enough to look real."""

GOODS = (
    ("Linen shirt", "Apparel", ("aa-1-13-8", "Shirts"), "Size", ("S", "M", "L", "XL"), 5900),
    ("Merino socks", "Apparel", ("aa-1-18", "Socks"), "Size", ("36-39", "40-43", "44-47"), 1450),
    ("Canvas tote", "Bags", ("lb-6", "Handbags"), "Colour", ("Sand", "Night", "Moss"), 2950),
    ("Stoneware mug", "Kitchen", ("hg-11-6-5", "Mugs"), "Colour", ("White", "Slate"), 1890),
    ("Beeswax candle", "Home", ("hg-3-11", "Candles"), None, (), 1250),
    ("Walnut board", "Kitchen", ("hg-11-8-21", "Cutting Boards"), "Size", ("Small", "Large"), 4400),
    ("Field notebook", "Paper", ("os-10-3", "Notebooks"), "Ruling", ("Plain", "Dotted"), 990),
    ("Wool blanket", "Home", ("hg-15-1", "Bedding"), "Colour", ("Grey", "Rust", "Fern"), 12900),
    ("Enamel kettle", "Kitchen", ("hg-11-4", "Kettles"), "Colour", ("Cream", "Blue"), 6450),
    ("Garden gloves", "Garden", ("hg-12-1", "Gardening"), "Size", ("S", "M", "L"), 1790),
    ("Gift card", "Gift cards", None, "Value", ("10", "25", "50"), 1000),
    ("Rain poncho", "Apparel", ("aa-1-10", "Outerwear"), None, (), 7900),
)  # fmt: skip
"""Title, type, category, option, option values, price in cents."""

LINES_OF_GOODS = ("Classic", "Harbour", "Meadow", "Atelier", "Winter", "Studio", "Coast", "Origin")
VENDORS = ("Nordhaus", "Atelier Brume", "Zeewind", "Moosgrün")
COLLECTIONS = (
    "New arrivals",
    "Kitchen",
    "Home",
    "Apparel",
    "Small gifts",
    "Paper goods",
    "Sale",
)
CUSTOMER_TAGS = ((), (), (), ("newsletter",), ("vip",), ("wholesale", "b2b"), ("repeat",))
ORDER_TAGS = ((), (), (), (), ("gift",), ("express", "fragile"))
CODES = ("WELCOME10", "SPRING15", "FREESHIP", "VIP20")
