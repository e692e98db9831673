#!/usr/bin/env python3
"""Makes the pictures in this folder and expected.json, which says what their pixels are.

    pip install pillow==13.0.0 numpy && python make-fixtures.py

`sha256` is that of the upright picture's RGB bytes, row by row. Wherever Pillow reads a file, its answer is the expectation,
and this program stops if a picture written by hand does not come back from Pillow as it was meant, but for the exceptions
named here. `pillow: false` marks what Pillow does not read or reads otherwise.
"""

import hashlib
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

HERE = Path(__file__).parent
WIDTH, HEIGHT = 37, 23  # odd, so that rows have padding, blocks have edges and no turn is lost on a square
expected = {}


def picture(width=WIDTH, height=HEIGHT):
    """Smooth colours, with an edge and a corner mark."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([x * 255 / (width - 1), y * 255 / (height - 1), 128 + 127 * np.sin(x / 3 + y / 5)], axis=2)
    rgb[: height // 3, : width // 4] = (250, 20, 40)
    return rgb.round().astype(np.uint8)


RGB = picture()


def upright(data):
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))


def keep(name, data, truth=None, pillow=True):
    """Writes one file. `truth` is what it must decode to; `pillow=False` says that Pillow does not read it so."""
    if pillow:
        seen = upright(data)
        if truth is not None and not np.array_equal(seen, truth):
            raise SystemExit(f"{name}: Pillow reads other pixels than were written")
        truth = seen
    else:
        try:
            if np.array_equal(upright(data), truth):
                raise SystemExit(f"{name}: Pillow does read it")
        except (OSError, ValueError, IndexError):
            pass
    height, width, _ = truth.shape
    pixels = np.ascontiguousarray(truth, dtype=np.uint8).tobytes()
    expected[name] = {"width": width, "height": height, "sha256": hashlib.sha256(pixels).hexdigest()}
    if not pillow:
        expected[name]["pillow"] = False
    (HERE / name).write_bytes(data)


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


# ---------------------------------------------------------------------------------------------------------------- JPEG


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def swapped_profile():
    """sRGB with red and green exchanged: whoever applies it shows other colours."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    red, green = (bytes(profile[at + 4 : at + 12]) for at in tags)
    profile[tags[0] + 4 : tags[0] + 12], profile[tags[1] + 4 : tags[1] + 12] = green, red
    profile[24:36] = bytes(12)  # the date, so that the same files come out each time
    return bytes(profile)


def jpegs():
    rgb = Image.fromarray(RGB)
    keep("baseline-444.jpg", saved(rgb, "jpeg", quality=90, subsampling=0))
    keep("baseline-422.jpg", saved(rgb, "jpeg", quality=90, subsampling=1))
    keep("baseline-420.jpg", saved(rgb, "jpeg", quality=90, subsampling=2))
    keep("progressive-420.jpg", saved(rgb, "jpeg", quality=90, subsampling=2, progressive=True))
    keep("progressive-444.jpg", saved(rgb, "jpeg", quality=90, subsampling=0, progressive=True))
    keep("restarts.jpg", saved(rgb, "jpeg", quality=90, restart_marker_blocks=1))
    keep("stored-as-rgb.jpg", saved(rgb, "jpeg", quality=90, keep_rgb=True))
    keep("gray.jpg", saved(rgb.convert("L"), "jpeg", quality=90))
    keep("gray-progressive.jpg", saved(rgb.convert("L"), "jpeg", quality=90, progressive=True))
    keep("profile.jpg", saved(rgb, "jpeg", quality=90, icc_profile=swapped_profile()))
    for turn in range(1, 9):
        keep(f"orientation-{turn}.jpg", saved(rgb, "jpeg", quality=90, exif=exif(turn)))
    keep("orientation-9.jpg", saved(rgb, "jpeg", quality=90, exif=exif(9)))

    inks = np.dstack([255 - RGB, np.full((HEIGHT, WIDTH), 30, np.uint8)])
    cmyk = saved(Image.fromarray(inks, "CMYK"), "jpeg", quality=95)
    adobe = cmyk.index(b"\xff\xee")
    keep("cmyk-adobe.jpg", cmyk)
    keep("cmyk-plain.jpg", cmyk[:adobe] + cmyk[adobe + 16 :])
    # The same data under the other name: odd colours, the right ones for what the file says.
    keep("ycck-adobe.jpg", cmyk[: adobe + 15] + b"\x02" + cmyk[adobe + 16 :])
    keep("cmyk-orientation-6.jpg", saved(Image.fromarray(inks, "CMYK"), "jpeg", quality=95, exif=exif(6)))


# ----------------------------------------------------------------------------------------------------------------- PNG

GRAY, COLOUR, INDEXED, GRAY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, bits):
    """Rows of samples (height, per row) with `bits` each, the first in the high bits; every row ends on a byte."""
    if bits == 16:
        return samples.astype(">u2").view(np.uint8).reshape(len(samples), -1)
    if bits == 8:
        return samples.astype(np.uint8)
    ones = (samples[:, :, None] >> np.arange(bits - 1, -1, -1)) & 1
    return np.packbits(ones.reshape(len(samples), -1).astype(np.uint8), axis=1)


def png(samples, kind, bits, interlaced=False, before=b"", after=b""):
    """samples: (height, width, channels), `bits` each."""
    height, width, _ = samples.shape
    rows = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y0::dy, x0::dx]
        if part.size:
            flat = packed(part.reshape(part.shape[0], -1), bits)
            rows += b"".join(b"\0" + row.tobytes() for row in flat)
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, int(interlaced))
    body = chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(rows, 9)) + after + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def pngs():
    rgb = Image.fromarray(RGB)
    gray = np.asarray(rgb.convert("L"))
    alpha = np.tile(np.arange(WIDTH, dtype=np.uint8) * 7, (HEIGHT, 1))
    rgba = np.dstack([RGB, alpha])
    as_rgb = lambda levels: np.repeat(levels[:, :, None], 3, axis=2)
    wide = lambda levels: levels.astype(np.uint16) * 256 + levels[::-1]  # the low byte is another picture

    for interlaced, tail in ((False, ""), (True, "-interlaced")):
        keep(f"rgb8{tail}.png", png(RGB, COLOUR, 8, interlaced), RGB)
        keep(f"rgba8{tail}.png", png(rgba, COLOUR_ALPHA, 8, interlaced), RGB)
        keep(f"gray8{tail}.png", png(gray[:, :, None], GRAY, 8, interlaced), as_rgb(gray))
        keep(f"rgb16{tail}.png", png(wide(RGB), COLOUR, 16, interlaced), RGB)
    keep("rgba16.png", png(wide(rgba), COLOUR_ALPHA, 16), RGB)
    keep("gray-alpha8.png", png(np.dstack([gray, alpha]), GRAY_ALPHA, 8), as_rgb(gray))
    keep("gray-alpha16.png", png(wide(np.dstack([gray, alpha])), GRAY_ALPHA, 16), as_rgb(gray))
    # Pillow clips 16-bit gray to 255, which shows a white picture.
    keep("gray16.png", png(wide(gray)[:, :, None], GRAY, 16), as_rgb(gray), pillow=False)
    for bits in (1, 2, 4):
        levels = gray >> (8 - bits)
        truth = as_rgb(levels * (255 // (2**bits - 1)))
        keep(f"gray{bits}.png", png(levels[:, :, None], GRAY, bits), truth)
    keep("gray8-transparent.png", png(gray[:, :, None], GRAY, 8, before=chunk(b"tRNS", b"\0\x80")), as_rgb(gray))
    keep("rgb8-transparent.png", png(RGB, COLOUR, 8, before=chunk(b"tRNS", struct.pack(">HHH", *map(int, RGB[0, 0])))), RGB)
    for bits in (1, 2, 4, 8):
        indices = gray >> (8 - bits)
        colours = np.array([[(i * 67) % 256, 255 - i, (i * 29) % 256] for i in range(2**bits)], np.uint8)
        palette = chunk(b"PLTE", colours.tobytes())
        keep(f"palette{bits}.png", png(indices[:, :, None], INDEXED, bits, before=palette), colours[indices])
    clear = palette + chunk(b"tRNS", bytes(range(256)))
    keep("palette8-transparent.png", png(indices[:, :, None], INDEXED, 8, before=clear), colours[indices])
    keep("palette8-interlaced.png", png(indices[:, :, None], INDEXED, 8, True, before=palette), colours[indices])
    side = chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"iCCP", b"p\0\0" + zlib.compress(swapped_profile()))
    side += chunk(b"tEXt", b"Comment\0plain") + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"packed"))
    keep("side-chunks.png", png(RGB, COLOUR, 8, before=side, after=chunk(b"tIME", bytes(7))), RGB)
    for turn in range(1, 9):
        keep(f"orientation-{turn}.png", saved(rgb, "png", exif=exif(turn)))
    later = Image.fromarray(255 - RGB)
    keep("animated.png", saved(rgb, "png", save_all=True, append_images=[later], duration=100), RGB)


# ----------------------------------------------------------------------------------------------------------------- BMP

NONE, RLE8, RLE4, BITFIELDS, ALPHA_BITFIELDS = 0, 1, 2, 3, 6


def stored_rows(samples, bits, top_down=False, trim=False):
    """Rows of numbers (height, width) with `bits` each as a BMP stores them."""
    if bits <= 8:
        rows = packed(samples, bits)
    else:
        rows = samples.astype("<u4")[:, :, None].view(np.uint8)[:, :, : bits // 8].reshape(len(samples), -1)
    used = rows.shape[1]
    rows = np.pad(rows, ((0, 0), (0, -used % 4)), constant_values=0xAA)
    data = (rows if top_down else rows[::-1]).tobytes()
    return data[: len(data) - (-used % 4)] if trim else data


def bmp(bits, data, header=40, compression=NONE, palette=b"", colours=0, masks=(), top_down=False, gap=0, offset=None):
    height = -HEIGHT if top_down else HEIGHT
    if header == 12:
        info = struct.pack("<IHHHH", 12, WIDTH, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, WIDTH, height, 1, bits, compression, len(data), 2835, 2835, colours, 0)
        info = (info + struct.pack(f"<{len(masks)}I", *masks)).ljust(header, b"\0")[: max(header, 40 + 4 * len(masks))]
        info = info[:header] if header < 40 else info
    start = 14 + len(info) + len(palette) + gap
    file = b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start if offset is None else offset)
    return file + info + palette + b"\x55" * gap + data


def table(colours, padding=b"\0"):
    return b"".join(bytes(colour[::-1]) + padding for colour in colours.tolist())


def with_masks(rgb, masks):
    """The picture as numbers of these masks, and what they can still say of it. Levels are rounded down, as Pillow does."""
    numbers = np.zeros(rgb.shape[:2], np.uint64)
    truth = np.zeros(rgb.shape, np.uint8)
    for channel, mask in enumerate(masks):
        if mask == 0:
            continue
        shift = (mask & -mask).bit_length() - 1
        bits = mask.bit_length() - shift
        level = rgb[:, :, channel].astype(np.uint64)
        level = level >> np.uint64(8 - bits) if bits <= 8 else level << np.uint64(bits - 8)
        numbers |= level << np.uint64(shift)
        truth[:, :, channel] = level * 255 // (2**bits - 1) if bits <= 8 else level >> np.uint64(bits - 8)
    return numbers.astype(np.uint32), truth


def rle_lines(indices, four):
    """Each row, from the bottom, by another of the ways that there are, and an end of line behind it."""
    out = b""
    for number, row in enumerate(indices[::-1]):
        x = 0
        while x < len(row):
            rest = row[x : x + (7 if number % 2 else 9)]
            if number % 3 == 0 and len(rest) >= 3:  # a run as it is, padded to two bytes
                raw = packed(np.append(rest, 0)[None, :], 4)[0][: (len(rest) + 1) // 2] if four else rest.astype(np.uint8)
                out += bytes([0, len(rest)]) + raw.tobytes() + b"\0" * (len(raw.tobytes()) % 2)
                x += len(rest)
            elif four and number % 3 == 1 and len(rest) >= 2:  # two indices in turn
                length = 2
                while x + length < len(row) and row[x + length] == row[x + length - 2] and length < 255:
                    length += 1
                out += bytes([length, int(row[x]) << 4 | int(row[x + 1])])
                x += length
            else:  # one index, many times
                length = 1
                while x + length < len(row) and row[x + length] == row[x] and length < 255:
                    length += 1
                out += bytes([length, int(row[x]) * (17 if four else 1)])
                x += length
        out += b"\0\0"
    return out


def bmps():
    rgb = Image.fromarray(RGB)
    gray = np.asarray(rgb.convert("L"))
    keep("pillow-1.bmp", saved(rgb.convert("1"), "bmp"))
    keep("pillow-8-gray.bmp", saved(rgb.convert("L"), "bmp"))
    keep("pillow-8-palette.bmp", saved(rgb.quantize(40), "bmp"))
    keep("pillow-24.bmp", saved(rgb, "bmp"), RGB)
    keep("pillow-32.bmp", saved(Image.fromarray(np.dstack([RGB, gray])), "bmp"), RGB)

    bgr = RGB.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    dirt = (gray.astype(np.uint32) << 24) | bgr  # the fourth byte is no alpha unless the file says so
    for bits in (1, 2, 4, 8):
        indices = gray >> (8 - bits)
        colours = np.array([[(i * 67) % 256, 255 - i, (i * 29) % 256] for i in range(2**bits)], np.uint8)
        truth = colours[indices]
        known = bits != 2  # Windows CE; Pillow does not read it
        rows = stored_rows(indices, bits)
        keep(f"palette{bits}.bmp", bmp(bits, rows, palette=table(colours)), truth, known)
        keep(f"core-palette{bits}.bmp", bmp(bits, rows, 12, palette=table(colours, b"")), truth, known)
        keep(f"v5-palette{bits}.bmp", bmp(bits, rows, 124, palette=table(colours)), truth, known)
    top = stored_rows(indices, 8, top_down=True)
    keep("palette8-top-down.bmp", bmp(8, top, palette=table(colours), top_down=True), truth)
    keep("palette8-gap.bmp", bmp(8, rows, palette=table(colours), gap=21), truth)
    keep("palette8-offset-0.bmp", bmp(8, rows, palette=table(colours), offset=0), truth)
    keep("palette8-offset-before-palette.bmp", bmp(8, rows, palette=table(colours), offset=54), truth)
    keep("palette8-os2.bmp", bmp(8, rows, 64, palette=table(colours)), truth)
    few = gray >> 5
    keep("palette8-short.bmp", bmp(8, stored_rows(few, 8), palette=table(colours[:8]), colours=8), colours[few])
    # Two colours in eight bits, black and white: Pillow takes the file for one of one bit.
    two = gray >> 7
    black_white = np.array([[0] * 3, [255] * 3], np.uint8)
    keep(
        "palette8-two-colours.bmp",
        bmp(8, stored_rows(two, 8), palette=table(black_white), colours=2),
        black_white[two],
        pillow=False,
    )

    keep("rgb24.bmp", bmp(24, stored_rows(bgr, 24)), RGB)
    keep("rgb24-trimmed.bmp", bmp(24, stored_rows(bgr, 24, trim=True)), RGB)
    keep("rgb24-top-down.bmp", bmp(24, stored_rows(bgr, 24, top_down=True), top_down=True), RGB)
    keep("rgb24-core.bmp", bmp(24, stored_rows(bgr, 24), 12), RGB)
    keep("rgb24-os2.bmp", bmp(24, stored_rows(bgr, 24), 64), RGB)
    keep("rgb24-os2-short.bmp", bmp(24, stored_rows(bgr, 24), 16), RGB, pillow=False)
    keep("rgb24-v4-gap.bmp", bmp(24, stored_rows(bgr, 24), 108, gap=7), RGB)
    keep("rgb32.bmp", bmp(32, stored_rows(dirt, 32)), RGB)
    keep("rgb32-top-down.bmp", bmp(32, stored_rows(dirt, 32, top_down=True), top_down=True), RGB)

    def masked(name, bits, masks, pillow=True, alpha=(), **options):
        numbers, truth = with_masks(RGB, masks)
        given = () if options.get("compression") == NONE else (*masks, *alpha)
        options = {"compression": BITFIELDS, **options}
        keep(name, bmp(bits, stored_rows(numbers, bits), masks=given, **options), truth, pillow)

    masked("rgb555.bmp", 16, (0x7C00, 0x3E0, 0x1F), compression=NONE)
    masked("rgb555-masks.bmp", 16, (0x7C00, 0x3E0, 0x1F))
    masked("rgb565.bmp", 16, (0xF800, 0x7E0, 0x1F))
    masked("rgb565-v2.bmp", 16, (0xF800, 0x7E0, 0x1F), header=52)
    masked("rgb565-v3.bmp", 16, (0xF800, 0x7E0, 0x1F), header=56, alpha=(0,))
    masked("rgb444.bmp", 16, (0xF00, 0xF0, 0xF), pillow=False)
    masked("bgr233.bmp", 16, (0x3, 0x1C, 0xE0), pillow=False)
    masked("red-only.bmp", 16, (0xFF, 0, 0), pillow=False)
    masked("argb4444-alpha-masks.bmp", 16, (0xF00, 0xF0, 0xF), pillow=False, compression=ALPHA_BITFIELDS, alpha=(0xF000,))
    masked("rgb24-masks.bmp", 24, (0xFF0000, 0xFF00, 0xFF))
    masked("bgrx32-masks.bmp", 32, (0xFF0000, 0xFF00, 0xFF))
    masked("rgba32-v4.bmp", 32, (0xFF, 0xFF00, 0xFF0000), header=108, alpha=(0xFF000000,))
    masked("xbgr32-v5.bmp", 32, (0xFF000000, 0xFF0000, 0xFF00), header=124, alpha=(0,))
    masked("rgb30.bmp", 32, (0x3FF00000, 0xFFC00, 0x3FF), pillow=False)
    zero = bmp(32, stored_rows(dirt, 32), 108, compression=BITFIELDS, masks=(0, 0, 0, 0))
    keep("rgb32-zero-masks.bmp", zero, RGB)

    # Flat stretches, so that there are runs.
    index8 = (gray // 50) * 9
    index4 = gray // 50
    # Pillow takes an end of line at the start of a line for nothing, so each line here ends once.
    for name, four, indices, palette in (
        ("rle8", False, index8, colours),
        ("rle4", True, index4, colours[:16]),
    ):
        code = {"compression": RLE4 if four else RLE8, "palette": table(palette)}
        bits = 4 if four else 8
        lines = rle_lines(indices, four)
        keep(f"{name}.bmp", bmp(bits, lines + b"\0\1", **code), palette[indices])
        keep(f"{name}-no-end.bmp", bmp(bits, lines, **code), palette[indices])
        keep(f"{name}-top-down.bmp", bmp(bits, rle_lines(indices[::-1], four) + b"\0\1", top_down=True, **code), palette[indices])
        keep(f"{name}-os2.bmp", bmp(bits, lines + b"\0\1", 64, **code), palette[indices])

        # Skipping: 5 right and 2 up, a run, an empty line, the end long before the last row.
        sparse = np.zeros((HEIGHT, WIDTH), np.uint8)
        sparse[HEIGHT - 3, 5:9] = 3
        sparse[HEIGHT - 5, 0:3] = (1, 2, 1)
        skips = b"\0\2\5\2" + bytes([4, 0x33 if four else 3]) + b"\0\0" + b"\0\0"
        skips += bytes([0, 3, 0x12, 0x10]) if four else bytes([0, 3, 1, 2, 1, 0])
        keep(f"{name}-skips.bmp", bmp(bits, skips + b"\0\1", **code), palette[sparse], pillow=False)

        # Runs that go on beyond the row are cut at its end.
        long = np.zeros((HEIGHT, WIDTH), np.uint8)
        long[:] = np.arange(HEIGHT)[::-1, None] % 16
        runs = b"".join(bytes([200, (i % 16) * (17 if four else 1), 0, 0]) for i in range(HEIGHT))
        keep(f"{name}-long-runs.bmp", bmp(bits, runs + b"\0\1", **code), palette[long])


for old in HERE.iterdir():
    if old.suffix in (".jpg", ".png", ".bmp"):
        old.unlink()
jpegs()
pngs()
bmps()
(HERE / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")
print(len(expected), "pictures,", sum((HERE / name).stat().st_size for name in expected), "bytes")
