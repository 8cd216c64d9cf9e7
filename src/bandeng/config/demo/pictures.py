"""Pictures as residents send them, drawn when the demonstration is made."""

import io
from random import Random

from PIL import Image, ImageDraw, ImageFilter


def photo(rng: Random) -> io.BytesIO:
    """Draw a road under a sky with a hole in it or a lamp beside it, as a JPEG of some 60 kB."""
    width, height = 960, 720
    horizon = rng.randint(260, 360)
    picture = Image.new("RGB", (width, height), (170 + rng.randint(-20, 20), 190, 205))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, horizon, width, height), fill=(112, 128 + rng.randint(-15, 15), 84))
    draw.polygon([(430, horizon), (530, horizon), (900, height), (60, height)], fill=(126, 122, 118))
    for _ in range(rng.randint(2, 5)):
        x, y = rng.randint(260, 640), rng.randint(horizon + 120, height - 70)
        size = rng.randint(24, 70)
        draw.ellipse((x, y, x + size * 2, y + size), fill=(70, 62, 54))
    pole = rng.randint(90, 220)
    draw.rectangle((pole, horizon - 170, pole + 12, height - 160), fill=(84, 84, 88))
    draw.rectangle((pole, horizon - 180, pole + 90, horizon - 168), fill=(84, 84, 88))
    for _ in range(2200):
        x, y = rng.randrange(width), rng.randrange(height)
        shade = rng.randint(60, 200)
        draw.point((x, y), fill=(shade, shade, shade - 20))
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1)).save(out, "JPEG", quality=80)
    out.seek(0)
    return out
