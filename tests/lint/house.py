"""What tests/lint enforces, as tables: the order of storeys and rooms, the homes of libraries, words that do not belong."""

# A room may include itself and what stands here.  The storeys: engine < server < api < server/main.c.
ENGINE_ROOMS = ("base", "tensor", "graph", "bricks", "rules", "data", "script", "training", "checkpoint", "extensions",
                "definition")
MAY_USE = {
    "engine/base": (),
    "engine/tensor": ("engine/base",),
    "engine/graph": ("engine/base", "engine/tensor"),
    "engine/bricks": ("engine/base", "engine/tensor", "engine/graph"),
    "engine/rules": ("engine/base", "engine/tensor"),
    "engine/data": ("engine/base", "engine/tensor"),
    "engine/script": ("engine/base", "engine/tensor", "engine/graph", "engine/bricks"),
}
for _index, _room in enumerate(ENGINE_ROOMS):
    MAY_USE.setdefault(f"engine/{_room}", tuple(f"engine/{below}" for below in ENGINE_ROOMS[:_index]))
ENGINE = tuple(f"engine/{room}" for room in ENGINE_ROOMS)
MAY_USE["engine"] = ENGINE                                      # run.h and run.c, the face
MAY_USE["server"] = ENGINE + ("engine", "server/store")
MAY_USE["server/store"] = ENGINE + ("engine", "server")
MAY_USE["api"] = ENGINE + ("engine", "server", "server/store")
MAY_USE["server/main.c"] = ENGINE + ("engine", "server", "server/store", "api")
MAY_USE["docs"] = ENGINE + ("engine", "server", "server/store", "api")  # the generator of the reference
# tests/ and bench/ may use everything.
FREE = ("tests/", "bench/")

# Where a header of a library may be included; a pattern of paths each.
HOMES = {
    "microhttpd.h": (r"api/http\.c",),
    "libpq-fe.h": (r"server/store/db\.c",),
    "cblas.h": (r"engine/tensor/blas\.c",),
    "archive.h": (r"engine/checkpoint/.*",),
    "archive_entry.h": (r"engine/checkpoint/.*",),
    "lua.h": (r"engine/script/.*",),
    "lauxlib.h": (r"engine/script/.*",),
    "lualib.h": (r"engine/script/.*",),
    "openssl/evp.h": (r"engine/checkpoint/sha256\.c",),
    "csv.h": (r"engine/data/.*",),
    "zlib.h": (r"engine/data/.*",),
    "libdeflate.h": (r"engine/data/inflate\.c",),
    "hdf5.h": (r"engine/data/.*",),
    "cjson/cJSON.h": (r"engine/(?!base/).*", r"api/.*", r"server/.*", r"docs/.*"),
}

# The C library and Linux: free for all.
LIBC = set("""
assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h limits.h locale.h math.h setjmp.h signal.h stdalign.h stdarg.h
stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h tgmath.h threads.h time.h uchar.h wchar.h wctype.h
arpa/inet.h cpuid.h dirent.h dlfcn.h fcntl.h ftw.h getopt.h glob.h grp.h immintrin.h malloc.h netdb.h netinet/in.h netinet/tcp.h
poll.h pthread.h pwd.h sched.h semaphore.h spawn.h strings.h sys/epoll.h sys/eventfd.h sys/file.h sys/ioctl.h sys/mman.h
sys/prctl.h sys/random.h sys/resource.h sys/sendfile.h sys/socket.h sys/stat.h sys/statvfs.h sys/sysinfo.h sys/time.h
sys/types.h sys/uio.h sys/un.h sys/utsname.h sys/wait.h syslog.h termios.h unistd.h
""".split())

# In every text file of the project.
WORDS = (
    (r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b", "finish it, or write down why it is as it is"),
    (r"(?<![\w.])/(?:work|root)/[\w.]", "a path of one machine"),
    (r"(?<![\w.])/home/(?!kiln\b)\w+/", "a path of one machine"),
    (r"<{7} |>{7} ", "a conflict that was not resolved"),
)
# In C: functions with a better sister.
FUNCTIONS = {
    "gets": "fgets", "strcpy": "snprintf or memcpy", "strcat": "struct text", "sprintf": "snprintf", "vsprintf": "vsnprintf",
    "strtok": "strtok_r", "atoi": "text_to_int64", "atol": "text_to_int64", "atof": "text_to_double", "gmtime": "gmtime_r",
    "localtime": "localtime_r", "strerror": "RAISE_ERRNO", "setlocale": "nothing: all is in the C locale", "alloca": "an arena",
    "rand": "engine/base/random.h", "srand": "engine/base/random.h", "tmpnam": "mkstemp", "system": "posix_spawn",
}

# Put together to pages by the generator of the reference; links are checked in the pages.
PARTS_OF_PAGES = "docs/text/"

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 400       # of a source file; most have 60 to 250
TEST_FILE_LINES_MAX = 500  # of a test: tables are long
CLANG_VERSION = 14         # of clang-format and clang-tidy
