import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from .jpeg import without_metadata
from .refused import Refused

MAX_PAGES = 300
MAX_DEPTH = 200  # of dictionaries and arrays directly within one another

# What stays of the catalogue and of a page; all else is scripts, collections, signatures, metadata, presentation.
ROOT = {"/Type", "/Pages", "/Version", "/PageLabels", "/Lang", "/OCProperties", "/AcroForm", "/Outlines", "/Dests"}
PAGE = {
    "/Type", "/Parent", "/Resources", "/Contents", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox",
    "/Rotate", "/UserUnit", "/Group", "/Annots", "/BoxColorInfo",
}  # fmt: skip
# Actions are dictionaries with such an /S. /URI is handled apart; a jump within the document does without (/Dest).
ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoTo", "/GoToR", "/GoToE", "/GoToDp",
    "/Thread", "/Sound", "/Movie", "/Hide", "/Named", "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView",
    "/RichMediaExecute",
}  # fmt: skip
# Keys that mean the same wherever they stand. Short ones (/A, /AA, /EF, /JS) may name a font in a page's resources.
KEYS = {"/Metadata", "/PieceInfo", "/XFA", "/EmbeddedFiles", "/JavaScript", "/OpenAction", "/RichMediaContent", "/AF"}
LIVING = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/PrinterMark", "/TrapNet"}
SCHEMES = (b"http://", b"https://", b"mailto:", b"tel:")


def clean_pdf(data: bytes) -> tuple[dict, bytes]:
    """Write the pages anew without scripts, actions, embedded files, XFA, metadata; web links stay. Raises Refused.

    A PDF that asks for a password is refused. One that opens for everybody and only forbids printing is taken.
    """
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise Refused("encrypted") from None
    with pdf:
        pages = len(pdf.pages)
        if not 0 < pages <= MAX_PAGES:
            raise Refused("too_many_pages" if pages else "unreadable")
        _strip_root(pdf)
        for page in pdf.pages:
            _strip_page(page.obj)
        for thing in _everything(pdf):
            _strip(thing)
        out = io.BytesIO()
        pdf.save(out, encryption=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return {"media_type": "application/pdf", "pages": pages}, out.getvalue()


def _keep(dictionary: Dictionary, keys: set[str]) -> None:
    for key in set(dictionary.keys()) - keys:
        del dictionary[key]


def _drop(dictionary: Dictionary | Stream, *keys: str) -> None:
    for key in keys:
        if key in dictionary:
            del dictionary[key]


def _strip_root(pdf: Pdf) -> None:
    names = pdf.Root.get("/Names")
    destinations = names.get("/Dests") if isinstance(names, Dictionary) else None
    _keep(pdf.Root, ROOT)
    if destinations is not None:
        pdf.Root["/Names"] = Dictionary(Dests=destinations)
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        _drop(form, "/XFA", "/CO", "/SigFlags")
    _drop(pdf.trailer, "/Info")


def _strip_page(page: Dictionary) -> None:
    _keep(page, PAGE)
    notes = page.get("/Annots")
    if isinstance(notes, Array):
        page["/Annots"] = Array([note for note in notes if isinstance(note, Dictionary) and not _is_living(note)])
    else:
        _drop(page, "/Annots")


def _is_living(note: Dictionary) -> bool:
    return str(note.get("/Subtype", "")) in LIVING


def _everything(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    """Walk all dictionaries and streams, also those that lie directly in others; a file may nest without end."""
    for indirect in list(pdf.objects):
        stack = [(indirect, 0)]
        while stack:
            thing, depth = stack.pop()
            if depth > MAX_DEPTH:
                raise Refused("too_heavy")
            if isinstance(thing, Array):
                inner = list(thing)
            elif isinstance(thing, Dictionary | Stream):
                yield thing
                inner = [thing[key] for key in thing.keys()]  # noqa: SIM118 - these do not iterate like a dict
            else:
                continue
            stack += [(one, depth + 1) for one in inner if isinstance(one, Array | Dictionary) and not one.is_indirect]


def _strip(thing: Dictionary | Stream) -> None:
    _drop(thing, *KEYS)
    kind = str(thing.get("/Type", "")) if isinstance(thing.get("/Type"), Name) else ""
    if isinstance(thing, Stream):
        _strip_stream(thing, kind)
        return
    if kind == "/Filespec" or _names_files(thing.get("/EF")):
        _keep(thing, set())
        return
    if isinstance(thing.get("/JS"), String):
        del thing["/JS"]
    _strip_action(thing)
    if kind == "/Annot" or "/Subtype" in thing or "/FT" in thing or "/Title" in thing:  # notes, fields, bookmarks
        _strip_triggers(thing)


def _names_files(value: object) -> bool:
    return isinstance(value, Dictionary) and {"/F", "/UF", "/DOS", "/Mac", "/Unix"} >= set(value.keys())


def _strip_stream(stream: Stream, kind: str) -> None:
    filters = stream.get("/Filter")
    if kind in {"/EmbeddedFile", "/Metadata"}:
        stream.write(b"")
    elif filters == Name.DCTDecode or (isinstance(filters, Array) and list(filters) == [Name.DCTDecode]):
        parameters = stream.get("/DecodeParms")
        stream.write(without_metadata(stream.read_raw_bytes()), filter=Name.DCTDecode, decode_parms=parameters)


def _strip_action(thing: Dictionary) -> None:
    """Empty an action; of a link to a web page leave the address and nothing that follows it."""
    name = thing.get("/S")
    if not isinstance(name, Name):
        return
    if str(name) in ACTIONS:
        _keep(thing, set())
    elif name == Name.URI:
        _keep(thing, {"/Type", "/S", "/URI"} if _is_web(thing.get("/URI")) else set())


def _is_web(address: object) -> bool:
    return isinstance(address, String) and bytes(address).lower().startswith(SCHEMES)


def _strip_triggers(thing: Dictionary) -> None:
    _drop(thing, "/AA", "/PA")
    action = thing.get("/A")
    if isinstance(action, Dictionary) and not (action.get("/S") == Name.URI and _is_web(action.get("/URI"))):
        del thing["/A"]
