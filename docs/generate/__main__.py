"""Write every generated page: `python -m docs.generate`."""

from docs.generate import PAGES

for file, page in PAGES.items():
    file.write_text(page(), encoding="utf-8")
