"""Each check of tests/lint finds what it is there to find, and lets pass what is right."""
import os
import subprocess
import sys
import tempfile
import unittest

import checks
import clang_tool
import house
import tidy

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = {"engine/base/error.h", "engine/base/text.h", "engine/tensor/tensor.h", "engine/graph/graph.h", "engine/run.h",
         "engine/data/stream.h", "server/jobs.h", "server/store/db.h", "api/http.h", "engine/bricks/initialization/scheme.h"}


def rooms(path, *includes):
    text = "".join(f'#include "{name}"\n' for name in includes)
    return [message for _, message in checks.check_rooms(path, text, FILES.__contains__)]


class Rooms(unittest.TestCase):
    def test_a_room_uses_what_is_below(self):
        for path, target in (("engine/tensor/blas.c", "engine/base/error.h"), ("engine/script/x.c", "engine/graph/graph.h"),
                             ("engine/training/x.c", "engine/data/stream.h"), ("engine/run.c", "engine/data/stream.h"),
                             ("server/x.c", "engine/run.h"), ("server/x.c", "server/store/db.h"), ("api/x.c", "server/jobs.h"),
                             ("server/main.c", "api/http.h"), ("tests/base/x.c", "api/http.h"),
                             ("engine/bricks/mlp.c", "engine/bricks/initialization/scheme.h"),
                             ("engine/bricks/initialization/x.c", "engine/graph/graph.h")):
            self.assertEqual(rooms(path, target), [], path)

    def test_a_room_does_not_use_what_is_above_or_beside(self):
        for path, target in (("engine/base/error.c", "engine/tensor/tensor.h"), ("engine/rules/x.c", "engine/graph/graph.h"),
                             ("engine/data/x.c", "engine/graph/graph.h"), ("engine/base/x.c", "server/jobs.h"),
                             ("engine/definition/x.c", "engine/run.h"), ("server/x.c", "api/http.h"),
                             ("server/store/x.c", "api/http.h"), ("engine/run.c", "server/jobs.h"),
                             ("engine/tensor/x.c", "engine/bricks/initialization/scheme.h"), ("elsewhere/x.c", "api/http.h")):
            self.assertEqual(len(rooms(path, target)), 1, path)

    def test_includes_are_written_from_the_root(self):
        self.assertEqual(len(rooms("engine/base/text.c", "text.h")), 1)
        self.assertEqual(len(rooms("tests/base/x.c", "../x.h")), 1)

    def test_the_own_header_is_first(self):
        good = '/* x */\n#include "engine/base/text.h"\n#include <stdio.h>\n'
        bad = '#include <stdio.h>\n#include "engine/base/text.h"\n'
        self.assertEqual(list(checks.check_own_header("engine/base/text.c", good, FILES.__contains__)), [])
        self.assertEqual(list(checks.check_own_header("engine/base/alone.c", bad, FILES.__contains__)), [])
        self.assertEqual([line for line, _ in checks.check_own_header("engine/base/text.c", bad, FILES.__contains__)], [1])


class Homes(unittest.TestCase):
    CASES = (("api/http.c", "microhttpd.h", 0), ("api/router.c", "microhttpd.h", 1), ("server/store/db.c", "libpq-fe.h", 0),
             ("server/jobs.c", "libpq-fe.h", 1), ("engine/tensor/blas.c", "cblas.h", 0), ("engine/graph/x.c", "cblas.h", 1),
             ("engine/base/x.c", "cjson/cJSON.h", 1), ("engine/definition/x.c", "cjson/cJSON.h", 0), ("api/x.c", "cjson/cJSON.h", 0),
             ("engine/checkpoint/sha256.c", "openssl/evp.h", 0), ("engine/checkpoint/x.c", "openssl/evp.h", 1),
             ("engine/base/x.c", "stdio.h", 0), ("engine/base/x.c", "glib.h", 1), ("tests/x.c", "glib.h", 0))

    def test_libraries_stay_at_home(self):
        for path, header, count in self.CASES:
            self.assertEqual(len(list(checks.check_homes(path, f"#include <{header}>\n"))), count, (path, header))


class Code(unittest.TestCase):
    def found(self, text):
        return [line for line, _ in checks.check_functions("x.c", text)]

    def test_functions_with_a_better_sister(self):
        self.assertEqual(self.found("\nint f(void)\n{\n    strcpy(a, b);\n}\n"), [4])
        self.assertEqual(list(checks.check_functions("tests/x.c", "int f(void)\n{\n    system(a);\n}\n")), [])
        self.assertEqual(self.found('/* strcpy(a) */ const char *s = "atoi(1)"; my_strcpy(a); strtok_r(a);\n'), [])

    def test_long_functions(self):
        for lines, found in ((house.FUNCTION_LINES_MAX, []), (house.FUNCTION_LINES_MAX + 1, [2])):
            self.assertEqual(self.found("void f(void)\n{\n" + "    g();\n" * lines + "}\n"), found)

    def test_long_files(self):
        self.assertEqual(list(checks.check_length("api/x.c", "\n" * house.FILE_LINES_MAX)), [])
        self.assertEqual(len(list(checks.check_length("api/x.c", "\n" * (house.FILE_LINES_MAX + 1)))), 1)

    def test_words(self):
        for text in ("x " + "TO" + "DO: y", "/wo" + "rk/main", "see /ro" + "ot/x", "<" * 7 + " HEAD"):
            self.assertEqual(len(list(checks.check_words("x", text))), 1, text)
        for text in ("/v1/work/x", "framework/x", "https://x.org/work/y", "todo"):
            self.assertEqual(list(checks.check_words("x", text)), [], text)

    def test_links(self):
        pages = {"docs/a.md": "# A page\n\n## What it's for: `this`\n", "LICENSE": ""}
        for text, count in (("[x](a.md)", 0), ("[x](../LICENSE)", 0), ("[x](a.md#what-its-for-this)", 0), ("[x](b.md)", 1),
                            ("[x](a.md#nothing)", 1), ("## Here\n[x](#here) [y](#there)", 1), ("[x](https://x.org/b.md)", 0),
                            ("```\n[x](b.md)\n```\n`[x](b.md)`", 0)):
            found = list(checks.check_links("docs/own.md", text, {**pages, "docs/own.md": text}.get))
            self.assertEqual(len(found), count, text)
        self.assertEqual([line for line, _ in checks.check_links("own.md", "a\n\n[x](b.md)\n", pages.get)], [3])

    def test_the_first_line(self):
        self.assertEqual(list(checks.check_header_comment("api/x.c", "/* api/x.c -- what it is. */\n")), [])
        self.assertEqual(len(list(checks.check_header_comment("api/x.c", "/* api/y.c -- what it is. */\n"))), 1)


class Whole(unittest.TestCase):
    def run_on(self, files):
        with tempfile.TemporaryDirectory() as root:
            files[".clang-format"] = "BasedOnStyle: LLVM\nIndentWidth: 4\n"
            for path, text in files.items():
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w") as file:
                    file.write(text)
            done = subprocess.run([sys.executable, os.path.join(HERE, "lint.py"), root], capture_output=True, text=True)
            return done.returncode, done.stdout

    def test_a_clean_tree_passes(self):
        status, output = self.run_on({"api/x.c": "/* api/x.c -- a test. */\nint x;\n"})
        self.assertEqual((status, output), (0, "2 passed, 0 failed\n"))

    def test_formatting_and_the_rest_are_reported_with_their_line(self):
        status, output = self.run_on({"api/x.c": "/* api/x.c -- a test. */\n#include <microhttpd.h>\nint  x;\n"})
        self.assertEqual(status, 1)
        self.assertIn("api/x.c:2: <microhttpd.h> is not included here", output)
        self.assertIn("api/x.c:3: not as clang-format", output)
        self.assertTrue(output.endswith("1 passed, 1 failed\n"))

    def test_clang_format_is_there(self):
        self.assertIsNotNone(clang_tool.find("clang-format"))


class Tidy(unittest.TestCase):
    def test_clang_tidy_finds_what_is_wrong(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.c")
            with open(path, "w", encoding="utf-8") as file:
                file.write("#include <stdio.h>\n#include <stdio.h>\nint main(void)\n{\n    return puts(\"\") < 0;\n}\n")
            with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
                file.write(f'[{{"directory": "{folder}", "file": "x.c", "command": "cc -c x.c"}}]')
            with open(os.path.join(HERE, "../../.clang-tidy"), encoding="utf-8") as checks_file:
                with open(os.path.join(folder, ".clang-tidy"), "w", encoding="utf-8") as file:
                    file.write(checks_file.read())
            found = tidy.findings(clang_tool.find("clang-tidy"), folder, [path])
        self.assertEqual([(os.path.basename(name), line) for name, line, _ in found], [("x.c", "2")])


if __name__ == "__main__":
    unittest.main()
