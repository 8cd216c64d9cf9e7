import contextlib
import io

from PIL import Image, ImageCms

from .refused import Refused

MAX_PIXELS = 50_000_000
MAX_SIDE = 2560  # an A4 page at 220 dots per inch: small print stays readable
FORMATS = ("JPEG", "PNG", "WEBP")

Image.MAX_IMAGE_PIXELS = MAX_PIXELS

ORIENTATION = 0x0112  # EXIF
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def clean_picture(data: bytes) -> tuple[dict, bytes]:
    """Decode, turn upright, bring to sRGB, shrink to MAX_SIDE, encode the bare pixels anew. Raises Refused."""
    try:
        original = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:  # from twice as many on; up to there Pillow only warns
        raise Refused("too_many_pixels") from None
    if original.width * original.height > MAX_PIXELS:
        raise Refused("too_many_pixels")
    orientation = _orientation(original)
    profile = original.info.get("icc_profile")
    if original.format == "JPEG" and original.mode in {"L", "RGB"}:
        original.draft(original.mode, (MAX_SIDE, MAX_SIDE))  # decoded at a half, a quarter: less memory and time
    original.load()
    picture = _in_plain_mode(_in_srgb(original, profile))
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    if orientation in UPRIGHT:
        picture = picture.transpose(UPRIGHT[orientation])
    bare = Image.new(picture.mode, picture.size)  # metadata travel in `info`; a new picture has none
    bare.paste(picture)
    out, is_png = io.BytesIO(), original.format == "PNG" or picture.mode in {"LA", "RGBA"}
    if is_png:
        bare.save(out, "PNG")
    else:
        bare.save(out, "JPEG", quality=85)
    media_type = "image/png" if is_png else "image/jpeg"
    return {"media_type": media_type, "width": bare.width, "height": bare.height}, out.getvalue()


def _orientation(picture: Image.Image) -> int:
    with contextlib.suppress(Exception):  # broken EXIF is no reason to refuse a photo
        return int(picture.getexif().get(ORIENTATION, 1))
    return 1


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Apply a colour profile before it is dropped, so that the photo keeps its colours; a broken one is ignored."""
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK"}:
        return picture
    mode = "RGB" if picture.mode == "CMYK" else picture.mode
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return turned or picture


def _in_plain_mode(picture: Image.Image) -> Image.Image:
    """Bring palettes, 16 bits and print colours to one of L, RGB, LA, RGBA."""
    if picture.mode in {"L", "RGB", "LA", "RGBA"}:
        return picture
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode.startswith("I"):  # 16-bit grey: `convert` alone would cut off instead of scaling
        return picture.convert("I").point(lambda v: v * (1 / 256)).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
