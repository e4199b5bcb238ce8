"""The checks of tests/lint.  Each takes a path from the repository root and its text, and yields (line, message)."""
import os
import re

import house

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]', re.M)
FUNCTION = re.compile(r"\b(%s)\s*\(" % "|".join(house.FUNCTIONS))


LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def room_of(path):
    """engine/base, engine (the face), server/store, server, server/main.c, api."""
    if path == "server/main.c":
        return path
    folder = os.path.dirname(path)
    while folder and folder not in house.MAY_USE:
        folder = os.path.dirname(folder)
    return folder


def is_free(path):
    return path.startswith(house.FREE)


def check_rooms(path, text, exists):
    """Includes are written from the root, and point to the same room or to one below."""
    room = room_of(path)
    for match in INCLUDE.finditer(text):
        target, line = match[2], line_of(text, match.start())
        if match[1] != '"':
            continue
        if not exists(target):
            yield line, f'"{target}" is no file: includes are written from the root of the repository'
        elif not is_free(path) and not room:
            yield line, f"{path} is in no known room: see tests/lint/house.py"
        elif not is_free(path) and room_of(target) != room and room_of(target) not in house.MAY_USE[room]:
            yield line, f'{room} may not use {room_of(target) or target}: "{target}"'


def check_own_header(path, text, exists):
    own = path[:-2] + ".h"
    first = INCLUDE.search(text)
    if path.endswith(".c") and exists(own) and (not first or first[2] != own):
        yield (line_of(text, first.start()) if first else 1), f'"{own}" has to be the first include'


def check_homes(path, text):
    """A library is included in its home; a header that nobody knows has none yet."""
    if is_free(path):
        return
    for match in INCLUDE.finditer(text):
        header, line = match[2], line_of(text, match.start())
        if match[1] == '"' or header in house.LIBC:
            continue
        homes = house.HOMES.get(header)
        if homes is None:
            yield line, f"<{header}> has no home: see tests/lint/house.py"
        elif not any(re.fullmatch(home, path) for home in homes):
            yield line, f"<{header}> is not included here, only in {' and '.join(homes)}"


def without_comments_and_strings(text):
    """The code alone; every line stays where it was."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def check_functions(path, text):
    """Functions that have a better sister; functions that are too long."""
    code = without_comments_and_strings(text)
    for match in () if is_free(path) else FUNCTION.finditer(code):
        yield line_of(code, match.start()), f"{match[1]} is not used here, but {house.FUNCTIONS[match[1]]}"
    start = None
    for number, line in enumerate(code.split("\n"), 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start:
            if number - start - 1 > house.FUNCTION_LINES_MAX:
                yield start, f"a function of {number - start - 1} lines, more than {house.FUNCTION_LINES_MAX}"
            start = None


def check_length(path, text):
    most = house.TEST_FILE_LINES_MAX if is_free(path) else house.FILE_LINES_MAX
    lines = text.count("\n")
    if lines > most:
        yield 1, f"{lines} lines, more than {most}: what are the two nouns in it?"


def check_words(path, text):
    for pattern, why in house.WORDS:
        for match in re.finditer(pattern, text):
            yield line_of(text, match.start()), f"{match[0].strip()}: {why}"


def without_code(text):
    """Markdown without its code; every line stays where it was."""
    return re.sub(r"^```.*?^```|`[^`\n]*`", lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.S | re.M)


def anchors_of(text):
    """The fragments by which a page's headings are reached."""
    fenced = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in HEADING.findall(fenced)}


def check_links(path, text, read):
    """Relative links of a page lead to a file, and to one of its headings.  read: the text at a path, or None."""
    for match in LINK.finditer(without_code(text)):
        target, _, fragment = match[1].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        place = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
        page = read(place)
        if page is None:
            yield line_of(text, match.start()), f"{match[1]}: there is no {place}"
        elif fragment and fragment not in anchors_of(page):
            yield line_of(text, match.start()), f"{match[1]}: {place} has no such heading"


def check_header_comment(path, text):
    """A file says where it stands and what it is for."""
    if not text.startswith(f"/* {path} -- "):
        yield 1, f'the file has to begin with "/* {path} -- "'
