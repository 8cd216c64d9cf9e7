"""Files that carry what must not come through: made here, so that the tests say what is in them."""

import io
import struct
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageCms, PngImagePlugin

PLACE = b"GPS-31.2304N-121.4737E"  # stands for everything a picture says beside its pixels
XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"


def _exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = PLACE.decode()
    return exif


def corners(size=(80, 40)) -> Image.Image:
    """A picture whose top left is red and whose bottom right is blue."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    picture.paste("blue", (size[0] // 2, size[1] // 2, *size))
    return picture


def jpeg(size=(80, 40), orientation=1, **more) -> bytes:
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    corners(size).save(
        out, "JPEG", quality=95, subsampling=0, exif=_exif(orientation), comment=PLACE, icc_profile=profile, **more
    )
    data = out.getvalue()
    segment = b"\xff\xe1" + struct.pack(">H", len(XMP) + 2) + XMP
    return data[:2] + segment + data[2:] + PLACE  # and something after the end


def png(picture: Image.Image | None = None) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", PLACE.decode())
    notes.add_itxt("XML:com.adobe.xmp", PLACE.decode(), zip=False)
    out = io.BytesIO()
    (picture or corners()).save(out, "PNG", pnginfo=notes, exif=_exif(1))
    return out.getvalue()


def png_bomb(width=50_000, height=50_000) -> bytes:
    """A PNG of some kilobytes that says it has 2.5 thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9_999_999))
        + chunk(b"IEND", b"")
    )


def plain_pdf(pages=1, **save) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.save(out, **save)
    return out.getvalue()


def script(pdf: Pdf, **more) -> Dictionary:
    return pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert('EVIL')"), **more))


def hostile_pdf() -> bytes:
    """A page with a picture and a web link, and every way known to us of doing more than being looked at."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(300, 300))
    page = pdf.pages[0].obj
    picture = pdf.make_stream(jpeg(), Type=Name.XObject, Subtype=Name.Image, Width=80, Height=40,
                              ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode)  # fmt: skip
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(XObject=Dictionary(JS=picture), Font=Dictionary(A=font, AA=font, EF=font))
    page.Contents = pdf.make_stream(b"q 80 0 0 40 50 50 cm /JS Do Q BT /A 12 Tf 10 200 Td (KEPT) Tj ET")
    page.AA = Dictionary(O=script(pdf))
    page.Metadata = pdf.make_stream(b"<x>EVIL</x>", Type=Name.Metadata, Subtype=Name.XML)
    embedded = pdf.make_stream(b"MZ EVIL", Type=Name.EmbeddedFile)
    spec = pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String("EVIL.exe"), EF=Dictionary(F=embedded)))
    web = Dictionary(S=Name.URI, URI=String("https://www.example.test/ok"), Next=script(pdf))
    at = Array([0, 0, 10, 10])
    page.Annots = Array([
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=at, A=web),
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=at, A=Dictionary(S=Name.Launch, F=String("EVIL"))),
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=at, A=Dictionary(S=Name.URI, URI=String("file:///EVIL"))),
        pdf.make_indirect(Dictionary(Subtype=Name.Link, Rect=at, PA=Dictionary(S=Name.URI, URI=String("jar:EVIL")))),
        Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=at, FS=spec),
        Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=at, RichMediaContent=Dictionary(X=String("EVIL"))),
        Dictionary(Type=Name.Annot, Subtype=Name.Screen, Rect=at, A=Dictionary(S=Name.Rendition, JS=String("EVIL"))),
    ])  # fmt: skip
    field = pdf.make_indirect(Dictionary(
        FT=Name.Btn, T=String("b"), AA=Dictionary(K=script(pdf)), A=Dictionary(S=Name.SubmitForm, F=String("http://EVIL")),
    ))  # fmt: skip
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=pdf.make_stream(b"<xdp>EVIL</xdp>"), CO=Array([field]))
    pdf.Root.OpenAction = script(pdf)
    pdf.Root.AA = Dictionary(WC=script(pdf))
    pdf.Root.Metadata = pdf.make_stream(b"<x>EVIL</x>", Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.AF = Array([spec])
    pdf.Root.Collection = Dictionary(D=String("EVIL"))
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), script(pdf)])),
        EmbeddedFiles=Dictionary(Names=Array([String("EVIL.exe"), spec])),
        Dests=Dictionary(Names=Array([String("top"), Array([page, Name.Fit])])),
    )
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(
        Count=1, First=pdf.make_indirect(Dictionary(Title=String("go"), A=Dictionary(S=Name.GoToR, F=String("EVIL")))),
    ))  # fmt: skip
    pdf.trailer["/Info"] = Dictionary(Author=String("EVIL"))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def unfolded(data: bytes) -> bytes:
    """Write a PDF with every stream and object readable, as an oracle of what is in it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(
            out,
            qdf=True,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
        )
    return out.getvalue()
