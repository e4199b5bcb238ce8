"""A small model of Blocks' main loop and extensions, written from the behaviour document alone.

It shares nothing with the engine: cases made up at random are played here, and the runner then has to find the same
calls, rows, status, output and errors.  Used by make_cases.py.
"""
import copy
import math

CALLBACKS = ("before_training", "on_resumption", "before_epoch", "before_batch", "after_batch", "after_epoch",
             "after_training", "on_error", "on_interrupt")
TRIGGERS = {
    "before_training": ("before_training", "always"), "before_first_epoch": ("before_epoch", "first"),
    "before_epoch": ("before_epoch", "always"), "before_batch": ("before_batch", "always"),
    "after_batch": ("after_batch", "always"), "after_epoch": ("after_epoch", "always"),
    "after_training": ("after_training", "always"), "on_resumption": ("on_resumption", "always"),
    "on_interrupt": ("on_interrupt", "always"), "on_error": ("on_error", "always"),
    "every_n_batches": ("after_batch", "every_n_batches"), "after_n_batches": ("after_batch", "after_n_batches"),
    "every_n_epochs": ("after_epoch", "every_n_epochs"), "after_n_epochs": ("after_epoch", "after_n_epochs"),
}


class Finish(Exception):
    """The internal condition that ends a training."""


class Abort(BaseException):
    """A keyboard abort: not an ordinary error."""


class TooLong(BaseException):
    """The job does not seem to end."""


class Scripted(Exception):
    """An error of a case."""


class Cells(dict):
    """A row or the status; sqlite gives None back for a NaN."""

    def __init__(self, sqlite):
        super().__init__()
        self.sqlite = sqlite

    def __setitem__(self, name, value):
        super().__setitem__(name, None if self.sqlite and isinstance(value, float) and math.isnan(value) else value)

    def update(self, other):
        for name, value in other.items():
            self[name] = value


class Log:
    def __init__(self, world):
        self.world, self.sqlite = world, world.case.get("log_backend") == "sqlite"
        self.rows, self.status = {}, Cells(self.sqlite)
        self.status.update({"iterations_done": 0, "epochs_done": 0, "_epoch_ends": [], "resumed_from": None})
        self.uuid = world.new_uuid()

    def resume(self):
        self.world.uuid_name(self.uuid)
        self.status["resumed_from"] = ("uuid", self.uuid)
        self.uuid = self.world.new_uuid()

    def copy(self):
        copied = Log(self.world)
        for number, row in self.rows.items():
            copied.rows[number] = Cells(self.sqlite)
            copied.rows[number].update(row)
        copied.status.update(copy.deepcopy(dict(self.status)))
        copied.uuid = self.uuid
        return copied

    def serialised(self):
        """A copy; sqlite's log itself goes on under a new identity."""
        copied = self.copy()
        if self.sqlite:
            self.resume()
        return copied

    @property
    def current_row(self):
        return self.rows.setdefault(self.status["iterations_done"], Cells(self.sqlite))


class Clock:
    def __init__(self):
        self.now = 0.0


class Stream:
    def __init__(self, case, clock, faults=True):
        self.case, self.clock = case, clock
        self.epoch, self.position, self.first = 0, 0, 0

    def length(self, epoch):
        lengths = self.case["batches_per_epoch"]
        return lengths[min(epoch, len(lengths) - 1)]

    def next_epoch(self):
        if self.epoch >= self.case.get("max_epochs", math.inf):
            return False
        if self.epoch:
            self.first += self.length(self.epoch - 1)
        self.epoch += 1
        self.position = 0
        return True

    def next_batch(self, loop):
        if self.epoch == 0:
            raise TypeError("there is no epoch iterator")
        durations = self.case.get("durations", {})
        loop.world.fetches += 1
        if loop.world.fetches > 300:
            raise TooLong
        if self.position >= self.length(self.epoch - 1):
            self.clock.now += durations.get("end_of_epoch_read", 0)
            raise StopIteration
        number = self.first + self.position
        self.position += 1
        loop.fault("read_data", number)
        self.clock.now += at(durations.get("read_data", 0), number)
        return number

    def copy(self):
        other = Stream(self.case, self.clock)
        other.epoch, other.position, other.first = self.epoch, self.position, self.first
        return other


def at(duration, index):
    return duration[min(index, len(duration) - 1)] if isinstance(duration, list) else duration


class Algorithm:
    def __init__(self, world):
        self.world = world
        self.calls = 0
        self.observers = []

    def initialize(self, loop):
        self.world.clock.now += self.world.case.get("durations", {}).get("initialization", 0)
        loop.fault("initialize", None)

    def process_batch(self, loop, number):
        call = self.calls
        self.calls += 1
        self.world.clock.now += at(self.world.case.get("durations", {}).get("train", 0), number)
        if "data" in self.world.case:
            data = self.world.case["data"]
            for observer in self.observers:
                for item in observer.items:
                    item.add(data[number % len(data)], self.world.p)
            self.world.p += self.world.case["tensor_job"]["step"]
        self.world.parameters = {name: plus_one(value) for name, value in self.world.parameters.items()}
        loop.fault("process_batch", call)


class MainLoop:
    def __init__(self, world, extensions, log, stream, algorithm):
        self.world, self.extensions, self.log = world, extensions, log
        self.stream, self.algorithm = stream, algorithm
        self.totals = {"initialization": 0.0, "train": 0.0, "read_data": 0.0}
        for name in ("training_started", "epoch_started", "epoch_interrupt_received", "batch_interrupt_received"):
            log.status[name] = False

    @property
    def status(self):
        return self.log.status

    # Signals: what each of the two would do now.
    def signal(self, name):
        row = self.log.current_row
        action = self.handlers[name]
        if action == "epoch":
            row["epoch_interrupt_received"] = self.status["epoch_interrupt_received"] = True
            self.handlers["SIGINT"] = "batch"
        elif action == "batch":
            row["batch_interrupt_received"] = self.status["batch_interrupt_received"] = True
            self.handlers = dict.fromkeys(self.handlers, "original")
        else:
            raise Abort("KeyboardInterrupt")

    def fault(self, where, number):
        for fault in self.world.case.get("faults", []):
            if fault["where"] != where or (number is not None and fault.get("batch", number) != number):
                continue
            if "signal" in fault:
                self.signal(fault["signal"])
            if "error" in fault:
                raise Scripted(fault["error"])

    def dispatch(self, callback, *arguments):
        for extension in self.extensions:
            extension.dispatch(callback, *arguments)

    def run(self):
        self.handlers = {"SIGINT": "epoch", "SIGTERM": "batch"}
        try:
            self.guarded()
        finally:
            self.handlers = dict.fromkeys(self.handlers, "original")
            if self.log.current_row.get("training_finished"):
                self.dispatch("after_training")

    def guarded(self):
        try:
            if not self.status["training_started"]:
                for extension in self.extensions:
                    extension.attach(self)
                self.dispatch("before_training")
                started = self.world.clock.now
                try:
                    self.algorithm.initialize(self)
                finally:
                    self.totals["initialization"] += self.world.clock.now - started
                self.status["training_started"] = True
            if self.status["iterations_done"] > 0:
                self.log.resume()
                self.dispatch("on_resumption")
                self.status["epoch_interrupt_received"] = False
                self.status["batch_interrupt_received"] = False
            while self.run_epoch():
                pass
        except Finish:
            self.log.current_row["training_finished"] = True
        except Exception as error:
            self.handlers = dict.fromkeys(self.handlers, "original")
            self.log.current_row["got_exception"] = {"$traceback": type(error).__name__}
            try:
                self.dispatch("on_error", error)
            except Exception:
                pass
            raise

    def run_epoch(self):
        if not self.status["epoch_started"]:
            self.status["received_first_batch"] = False
            if not self.stream.next_epoch():
                return False
            self.status["epoch_started"] = True
            self.dispatch("before_epoch")
        while self.run_iteration():
            pass
        self.status["epoch_started"] = False
        self.status["epochs_done"] += 1
        self.status["_epoch_ends"] = self.status["_epoch_ends"] + [self.status["iterations_done"]]
        self.dispatch("after_epoch")
        self.check_finish(True)
        return True

    def timed(self, name, function, *arguments):
        started = self.world.clock.now
        try:
            return function(*arguments)
        finally:
            self.totals[name] += self.world.clock.now - started

    def run_iteration(self):
        try:
            number = self.timed("read_data", self.stream.next_batch, self)
        except StopIteration:
            if not self.status["received_first_batch"]:
                raise ValueError("zero batches") from None
            return False
        self.status["received_first_batch"] = True
        self.dispatch("before_batch", number)
        self.timed("train", self.algorithm.process_batch, self, number)
        self.status["iterations_done"] += 1
        self.dispatch("after_batch", number)
        self.check_finish(False)
        return True

    def check_finish(self, epoch):
        if self.log.current_row.get("training_finish_requested"):
            raise Finish
        if self.status["batch_interrupt_received"] or (epoch and self.status["epoch_interrupt_received"]):
            raise Finish


def holds(predicate, log):
    if predicate is None or predicate == "always":
        return True
    if predicate == "first":
        return log.status["epochs_done"] == 0
    if "record" in predicate:
        return bool(log.current_row.get(predicate["record"]))
    if "status" in predicate:
        return log.status.get(predicate["status"], -math.inf) >= predicate["at_least"]
    counter = log.status["epochs_done" if predicate["condition"].endswith("epochs") else "iterations_done"]
    if predicate["condition"].startswith("every"):
        return counter % predicate["num"] == 0
    return counter == predicate["num"]


class Extension:
    """One entry of a case; subclasses have `do` (with triggers) or methods named like callbacks (without)."""
    defaults = ()

    def __init__(self, world, entry):
        self.world, self.entry, self.id = world, entry, entry.get("id")
        self.args = entry.get("args", {})
        self.main_loop = None
        self.calls = 0
        self.conditions = []
        triggers = dict(entry.get("triggers", {}))
        for name in self.defaults:
            triggers.setdefault(name, True)
        for name, value in triggers.items():
            if value:
                callback, predicate = TRIGGERS[name]
                if predicate not in ("always", "first"):
                    predicate = {"condition": predicate, "num": value}
                self.conditions.append((callback, predicate, []))
        for condition in entry.get("conditions", []):
            for callback in condition["callbacks"]:
                self.conditions.append((callback, condition.get("predicate"), condition.get("arguments") or []))

    def attach(self, main_loop):
        self.main_loop = main_loop

    def unpickled(self):
        pass

    @property
    def log(self):
        return self.main_loop.log

    def note(self, callback, passed, arguments=()):
        if self.id is None:
            return
        status = self.main_loop.status
        call = {"run": self.world.run, "ext": self.id, "callback": callback,
                "iterations_done": status["iterations_done"], "epochs_done": status["epochs_done"]}
        if callback in ("before_batch", "after_batch") and "data" not in self.world.case:
            call["batch"] = passed[0]
        if arguments:
            call["args"] = list(arguments)
        if callback == "on_error":
            call["error"] = type(passed[0]).__name__
        self.world.calls.append(call)

    def dispatch(self, callback, *passed):
        for on, predicate, arguments in list(self.conditions):
            if on == callback and holds(predicate, self.log):
                self.note(callback, passed, arguments)
                self.do(callback, passed, arguments)

    def perform(self, callback):
        self.calls += 1
        for action in self.entry.get("actions", []):
            if (action.get("call", self.calls) != self.calls or action.get("callback", callback) != callback
                    or action.get("iterations_done", self.main_loop.status["iterations_done"])
                    != self.main_loop.status["iterations_done"]):
                continue
            for effect, value in action.items():
                if effect == "set_row":
                    self.log.current_row.update({name: number_of(item) for name, item in value.items()})
                elif effect == "set_status":
                    self.main_loop.status.update(value)
                elif effect == "signal":
                    self.main_loop.signal(value)
                elif effect == "error":
                    raise Scripted(value)


class Probe(Extension):
    def do(self, callback, passed, arguments):
        self.perform(callback)


class RawProbe(Extension):
    def dispatch(self, callback, *passed):
        self.note(callback, passed)
        self.perform(callback)


class ScriptedRecord(Extension):
    def do(self, callback, passed, arguments):
        values = self.args["values"]
        if self.calls < len(values) and values[self.calls] is not None:
            self.log.current_row[self.args["record"]] = number_of(values[self.calls])
        self.calls += 1


class FinishAfter(Extension):
    def do(self, callback, passed, arguments):
        self.log.current_row["training_finish_requested"] = True


class CompositeExtension(Extension):
    def __init__(self, world, entry):
        super().__init__(world, entry)
        self.children = [build(world, child) for child in entry.get("sub_extensions", [])]

    def attach(self, main_loop):
        super().attach(main_loop)
        for child in self.children:
            child.attach(main_loop)

    def do(self, callback, passed, arguments):
        pass

    def dispatch(self, callback, *passed):
        first = self.args.get("run_before_children", True)
        if first:
            super().dispatch(callback, *passed)
        for child in self.children:
            child.dispatch(callback, *passed)
        if not first:
            super().dispatch(callback, *passed)


class Printing(Extension):
    defaults = ("before_first_epoch", "on_resumption", "after_training", "after_epoch", "on_interrupt")
    titles = {"on_resumption": "TRAINING HAS BEEN RESUMED", "after_training": "TRAINING HAS BEEN FINISHED:",
              "after_epoch": "AFTER ANOTHER EPOCH", "on_interrupt": "TRAINING HAS BEEN INTERRUPTED"}

    def entries(self, mapping):
        return "".join("\t %s: %s\n" % (name, self.shown(mapping[name])) for name in sorted(mapping) if name[0] != "_")

    def shown(self, value):
        if isinstance(value, tuple) and value and value[0] == "uuid":
            return self.world.uuid_name(value[1])
        if isinstance(value, dict) and "$traceback" in value:
            return "<traceback %s>" % value["$traceback"]
        if isinstance(value, dict) and "$timestamp_separator" in value:
            return "<timestamp>"
        return str(value)

    def do(self, callback, passed, arguments):
        title = self.titles.get(callback)
        if callback == "before_epoch" and self.main_loop.status["epochs_done"] == 0:
            title = "BEFORE FIRST EPOCH"
        rule = "-" * 79 + "\n"
        self.world.print("\n" + rule + (title + "\n" if title else "") + rule)
        if callback != "on_interrupt":
            self.world.print("Training status:\n" + self.entries(self.main_loop.status))
            self.world.print("Log records from the iteration %d:\n" % self.main_loop.status["iterations_done"])
            self.world.print(self.entries(self.log.current_row))
        self.world.print("\n")


class Timestamp(Extension):
    defaults = ("before_training", "after_epoch", "on_error", "on_interrupt", "on_resumption", "after_training")

    def do(self, callback, passed, arguments):
        self.log.current_row[self.args.get("log_record", "timestamp")] = {
            "$timestamp_separator": self.args.get("separator", " ")}


class Timing(Extension):
    defaults = ("before_first_epoch", "after_epoch")

    def __init__(self, world, entry):
        super().__init__(world, entry)
        self.books = {"batch": (0, {"train": 0.0, "read_data": 0.0}), "epoch": (0, {"train": 0.0, "read_data": 0.0})}

    def do(self, callback, passed, arguments):
        row, totals = self.log.current_row, self.main_loop.totals
        if callback == "before_epoch":
            row["time_initialization"] = totals["initialization"]
            return
        if callback not in ("after_batch", "after_epoch"):
            raise ValueError("wrong callback type")
        level = callback[6:]
        before, sums = self.books[level]
        now = self.main_loop.status["iterations_done" if level == "batch" else "epochs_done"]
        if now == before:
            return
        prefix = self.args.get("prefix", "")
        prefix += "_" if prefix else ""
        for action in ("train", "read_data"):
            row["%stime_%s_this_%s" % (prefix, action, level)] = (totals[action] - sums[action]) / (now - before)
            row["%stime_%s_total" % (prefix, action)] = totals[action]
        self.books[level] = (now, {name: totals[name] for name in sums})


class SharedVariableModifier(Extension):
    defaults = ("after_batch",)

    def do(self, callback, passed, arguments):
        name, params = self.args["parameter"], self.args["params"]
        count = self.args.get("num_args", len([p for p in params if p[0] != "*"]))
        given = (self.main_loop.status["iterations_done"],)
        if count != 1:
            given += (self.world.variables[name][-1],)
        names = {f: getattr(math, f) for f in ("sqrt", "exp", "log", "floor")}
        names.update(min=min, max=max, abs=abs, len=len, sum=sum)
        function = eval("lambda %s: %s" % (", ".join(params), self.args["function"]), names)
        self.world.variables[name].append(float(function(*given)))


class TrackTheBest(Extension):
    defaults = ("after_epoch",)

    def setup(self):
        record = self.args["record_name"]
        return record, "best_" + record, self.args.get("notification_name") or record + "_best_so_far"

    def do(self, callback, passed, arguments):
        record, best_name, notification = self.setup()
        chooser = {"min": min, "max": max, "closest_to_zero": lambda a, b: a if abs(a) < abs(b) else b}[
            self.args.get("choose_best", "min")]
        value, best = self.log.current_row.get(record), self.main_loop.status.get(best_name)
        if value is None:
            return
        if best is None or (value != best and chooser(value, best) == value):
            self.main_loop.status[best_name] = value
            self.log.current_row[notification] = True


class FinishIfNoImprovementAfter(Extension):
    defaults = ("after_epoch",)
    best = None

    def do(self, callback, passed, arguments):
        status, row, args = self.main_loop.status, self.log.current_row, self.args
        now = (status["iterations_done"], status["epochs_done"])
        if args["notification_name"] in row:
            self.best = now
        if self.best is None:
            return
        which = 0 if args.get("iterations") is not None else 1
        patience = args["iterations" if which == 0 else "epochs"] - (now[which] - self.best[which])
        record = args.get("patience_log_record") or (
            args["notification_name"] + "_patience" + ("_iterations" if which == 0 else "_epochs"))
        row[record] = patience
        if patience == 0:
            row["training_finish_requested"] = True


class EarlyStopping(CompositeExtension):
    checkpoint = None
    defaults = ("after_epoch", "before_training")

    def __init__(self, world, entry):
        super().__init__(world, entry)
        args = self.args
        notification = args.get("notification_name") or args["record_name"] + "_best_so_far"
        triggers = dict(entry.get("triggers", {}))
        triggers.setdefault("after_epoch", True)
        self.children = [
            TrackTheBest(world, {"args": {"record_name": args["record_name"], "notification_name": notification,
                                          "choose_best": args.get("choose_best", "min")}, "triggers": triggers}),
            FinishIfNoImprovementAfter(world, {"args": {"notification_name": notification,
                                                        "iterations": args.get("iterations"),
                                                        "epochs": args.get("epochs")}, "triggers": triggers})]
        self.notification = notification

    def link(self, by_id):
        checkpoint = by_id.get(self.args.get("checkpoint_extension"))
        if checkpoint:
            checkpoint.conditions.append(("after_batch", {"record": self.notification},
                                          [self.args["checkpoint_filename"]]))
            self.checkpoint = checkpoint

    def do(self, callback, passed, arguments):
        if callback == "before_training" and self.checkpoint and self.checkpoint not in self.main_loop.extensions:
            self.checkpoint.attach(self.main_loop)
            self.children.append(self.checkpoint)


class Checkpoint(Extension):
    defaults = ("after_training",)

    def do(self, callback, passed, arguments):
        user = (list(passed) if callback == "on_error" else []) + list(arguments)
        path = self.args["path"]
        try:
            if user:
                path, = user
            saved = self.snapshot()
            if not isinstance(path, str):
                raise TypeError("not a path")
            if "missing/" in path:
                raise OSError("no such folder")
            self.world.files[path] = saved
        except Exception:
            path = None
            raise
        finally:
            row = self.log.current_row
            row["saved_to"] = row.get("saved_to", ()) + (path,)

    def snapshot(self):
        main_loop = self.args.get("save_main_loop", True)
        log = self.log.serialised() if main_loop else None
        for part in self.args.get("save_separately") or []:
            if part in ("log", "status"):
                self.log.serialised()
        return {"parameters": dict(self.world.parameters), "main_loop": main_loop,
                "separately": self.args.get("save_separately") or [], "log": log,
                "stream": self.main_loop.stream.copy() if main_loop else None}


class Load(Extension):
    defaults = ("before_training",)

    def do(self, callback, passed, arguments):
        saved = self.world.files.get(self.args["path"])
        if saved is None:
            return
        for name, value in saved["parameters"].items():
            if name in self.world.parameters:
                if shape_of(value) != shape_of(self.world.parameters[name]):
                    raise ValueError("shapes differ")
                self.world.parameters[name] = value
        if self.args.get("load_log") or self.args.get("load_iteration_state"):
            if not saved["main_loop"]:
                raise KeyError("no main loop")
            if self.args.get("load_log"):
                self.main_loop.log = saved["log"].copy()
            if self.args.get("load_iteration_state"):
                self.main_loop.stream = saved["stream"].copy()
        self.log.current_row["loaded_from"] = self.args["path"]


def evaluate(expression, x, p):
    names = {"x": x, "p": p, "sum": sum, "count": len, "max": max, "min": min, "mean": lambda v: sum(v) / len(v)}
    return eval(expression, names)


def divided(a, b):
    return a / b if b else math.nan


class Aggregator:
    """One variable of a monitoring extension."""

    def __init__(self, spec):
        self.spec, self.scheme = spec, spec.get("scheme", "default")
        divided_by_count = self.scheme in ("mean", "perplexity") and "denominator" not in spec
        self.depends = divided_by_count or "x" in spec["expression"].replace("max", "").replace("exp", "")
        self.reset()
        self.kept = 0

    def reset(self):
        self.batches, self.sum, self.denominator, self.value, self.list = 0, 0.0, 0.0, 0.0, []

    def add(self, x, p):
        value = evaluate(self.spec["expression"], x, p)
        denominator = self.spec.get("denominator", len(x))
        if self.scheme == "default":
            denominator = 1.0
        first = self.batches == 0
        self.batches += 1
        self.kept = self.batches
        self.sum += value
        self.denominator += denominator
        self.list.append(value)
        if self.scheme == "minimum" and not first:
            value = min(self.value, value)
        if self.scheme == "maximum" and not first:
            value = max(self.value, value)
        self.value = value

    def result(self, training):
        if self.scheme == "concatenate":
            return self.list if self.batches else [0.0] * self.kept
        if self.scheme == "mean" or (self.scheme == "default" and self.depends):
            return divided(self.sum, self.denominator)
        if self.scheme == "perplexity":
            return math.exp(-divided(self.sum, self.denominator))
        return self.value


class Quantity:
    """The sum of x over batches, and their number."""
    depends = True

    def __init__(self, spec):
        self.spec, self.latest = spec, []
        self.reset()

    def reset(self):
        self.sum, self.batches = 0.0, 0

    def add(self, x, p):
        self.latest = x

    def aggregate(self):
        self.sum += sum(self.latest)
        self.batches += 1

    def result(self, training):
        return [self.sum, self.batches]


class Monitoring(Extension):
    def __init__(self, world, entry):
        super().__init__(world, entry)
        self.items = [Quantity(v) if "quantity" in v else Aggregator(v) for v in self.args["variables"]]

    def record(self, item):
        name = "perplexity" if item.spec.get("scheme") == "perplexity" else item.spec["name"]
        return "_".join(part for part in (self.args.get("prefix"), name, self.args.get("suffix")) if part is not None)

    def write(self, training):
        for item in self.items:
            self.log.current_row[self.record(item)] = item.result(training)

    def aggregate_quantities(self):
        for item in self.items:
            if isinstance(item, Quantity):
                item.aggregate()


class DataStreamMonitoring(Monitoring):
    defaults = ("before_first_epoch", "after_epoch")

    def do(self, callback, passed, arguments):
        for item in self.items:
            item.reset()
        if any(item.depends for item in self.items):
            for x in self.args["data"]:
                for item in self.items:
                    item.add(x, self.world.p)
                self.aggregate_quantities()
        for item in self.items:
            if not item.depends and item.spec.get("scheme", "default") == "default":
                item.value = evaluate(item.spec["expression"], [], self.world.p)
        self.write(False)


class TrainingDataMonitoring(Monitoring):
    initialized = False
    defaults = ("before_training",)

    def __init__(self, world, entry):
        super().__init__(world, entry)
        self.conditions.append(("after_batch", None, ["just_aggregate"]))
        self.last = -1

    def do(self, callback, passed, arguments):
        if callback == "before_training":
            if self.world.case.get("plain_algorithm"):
                raise ValueError
            self.initialized = True
            if self not in self.main_loop.algorithm.observers:
                self.main_loop.algorithm.observers.append(self)
            for item in self.items:
                item.reset()
                if isinstance(item, Quantity):
                    item.latest = []
            return
        if not self.initialized:
            raise RuntimeError("to readout you must first initialize")
        if self.main_loop.status["iterations_done"] > self.last:
            self.aggregate_quantities()
            for item in self.items:
                if isinstance(item, Quantity):
                    item.latest = [0.0] * len(item.latest)
            self.last = self.main_loop.status["iterations_done"]
        if list(arguments) == ["just_aggregate"]:
            return
        self.write(True)
        for item in self.items:
            item.reset()


class ProgressBar(Extension):
    shown = False
    counter = 0

    def unpickled(self):
        self.shown = False

    def length(self):
        scheme = self.world.case.get("iteration_scheme")
        if not scheme:
            return None
        args = scheme["args"]
        examples = args.get("examples", args.get("num_examples"))
        if examples is None:
            raise TypeError("None divided by a number")
        count = len(examples) if isinstance(examples, list) else examples
        return count // args["batch_size"] if "batch_size" in args else count

    def event(self, name, **more):
        self.world.progress.append(dict(event=name, **more))

    def dispatch(self, callback, *passed):
        if callback == "before_epoch":
            self.counter = 0
        elif callback == "before_batch":
            if not self.shown:
                self.shown, self.limit = True, self.length()
                self.event("create", label="Epoch %d, step " % self.main_loop.status["epochs_done"],
                           max_value=self.limit, widgets=6 if self.limit is None else 10)
                self.event("start")
            self.counter += 1
            self.event("update", value=self.counter)
            if self.limit is not None and self.counter > self.limit:
                raise ValueError("Value out of range")
        elif callback == "after_epoch" and self.shown:
            self.event("finish")
            self.shown = False


TYPES = {cls.__name__: cls for cls in (
    Probe, RawProbe, ScriptedRecord, FinishAfter, CompositeExtension, Printing, Timestamp, Timing,
    SharedVariableModifier, TrackTheBest, FinishIfNoImprovementAfter, EarlyStopping, Checkpoint, Load, DataStreamMonitoring, TrainingDataMonitoring, ProgressBar)}


def number_of(value):
    return float(value["$float"]) if isinstance(value, dict) and "$float" in value else value


def plus_one(value):
    return [plus_one(item) for item in value] if isinstance(value, list) else value + 1


def shape_of(value):
    return (len(value),) + shape_of(value[0]) if isinstance(value, list) else ()


def parameters_of(model):
    parameters = {}
    dims = model["dims"] if model else []
    for layer, (before, behind) in enumerate(zip(dims, dims[1:])):
        name = "/%s/linear_%d." % (model.get("name", "mlp"), layer)
        parameters[name + "W"] = [[model["weights"]] * behind for _ in range(before)]
        parameters[name + "b"] = [model["biases"]] * behind
    return parameters


def filled(value, number):
    return [filled(item, number) for item in value] if isinstance(value, list) else number


def build(world, entry):
    return TYPES[entry["type"]](world, entry)


class World:
    """Everything of one case: plays its runs and says what was seen."""

    def __init__(self, case):
        self.case, self.clock = case, Clock()
        self.calls, self.stdout, self.progress = [], [], []
        self.variables = {name: [value] for name, value in case.get("variables", {}).items()}
        self.uuids, self.uuid_count, self.fetches = [], 0, 0
        self.run = 0
        self.p = case.get("tensor_job", {}).get("p")
        self.parameters, self.files = parameters_of(case.get("model")), {}

    def print(self, text):
        self.stdout[-1] += text

    def new_uuid(self):
        self.uuid_count += 1
        return self.uuid_count

    def uuid_name(self, number):
        if number not in self.uuids:
            self.uuids.append(number)
        return "<log-uuid %d>" % self.uuids.index(number)

    def build_all(self, entries):
        built = [(entry, build(self, entry)) for entry in entries]
        listed = [extension for entry, extension in built if entry.get("listed", True)]
        by_id = {e.id: e for e in walk([extension for _, extension in built]) if e.id}
        for extension in walk([extension for _, extension in built]):
            if isinstance(extension, EarlyStopping):
                extension.link(by_id)
        return listed

    def loop(self, extensions, log):
        return MainLoop(self, extensions, log, Stream(self.case, self.clock), Algorithm(self))

    def play(self):
        outcome, statuses = [], []
        loop = None
        for self.run, run in enumerate(self.case.get("runs", [{"mode": "start"}])):
            mode = run["mode"]
            if mode == "start":
                loop = self.loop(self.build_all(self.case["extensions"]), Log(self))
            elif mode == "fresh_loop_old_log":
                loop = self.loop(loop.extensions, loop.log)
            elif mode == "fresh_job":
                if "model" in run:
                    self.parameters = parameters_of(run["model"])
                if "reset_parameters" in run:
                    self.parameters = {name: filled(value, run["reset_parameters"])
                                       for name, value in self.parameters.items()}
                loop = self.loop(self.build_all(run["extensions"]), Log(self))
            elif mode == "pickle_resume":
                loop.log = loop.log.serialised()
                for extension in walk(loop.extensions):
                    extension.unpickled()
            self.stdout.append("")
            try:
                loop.run()
                outcome.append({"result": "returned",
                                "training_finished": bool(loop.log.current_row.get("training_finished"))})
            except (Exception, Abort) as error:
                outcome.append({"result": "raised", "type": type(error).__name__, "message": str(error)})
            statuses.append(self.status_of(loop.log))
        return self.expectation(loop, outcome, statuses)

    @staticmethod
    def file(saved):
        named = {name.replace("/", "|"): value for name, value in saved["parameters"].items()}
        members = (["_parameters"] if named else []) + (["_pkl"] if saved["main_loop"] else []) + saved["separately"]
        file = {"members": members}
        if named:
            file["parameters_zip_members"] = [name + ".npy" for name in named]
            file["parameters"] = named
        return file

    def status_of(self, log):
        status = dict(log.status)
        if status["resumed_from"]:
            status["resumed_from"] = self.uuid_name(status["resumed_from"][1])
        return {name: json_of(value) for name, value in status.items()}

    def expectation(self, loop, outcome, statuses):
        expected = {"outcome": outcome, "calls": self.calls, "status": statuses[-1],
                    "log": {str(i): {n: json_of(v) for n, v in row.items()}
                            for i, row in sorted(loop.log.rows.items()) if row}}
        if len(statuses) > 1:
            expected["status_after_each_run"] = statuses
        if self.variables:
            expected["variables"] = json_of(self.variables)
        if has_type(self.case, "Printing"):
            expected["stdout"] = self.stdout
        if has_type(self.case, "ProgressBar"):
            expected["progress_bar"] = self.progress
        if self.case.get("model"):
            expected["parameters"] = self.parameters
        if has_type(self.case, "Checkpoint"):
            expected["files"] = {path[len("<dir>/"):]: self.file(saved) for path, saved in self.files.items()}
            expected["temporary_files_left"] = 0
        return expected


def walk(extensions):
    for extension in extensions:
        yield extension
        yield from walk(getattr(extension, "children", []))


def entries_of(entries):
    for entry in entries:
        yield entry
        yield from entries_of(entry.get("sub_extensions", []))


def has_type(case, name):
    lists = [case["extensions"]] + [run.get("extensions", []) for run in case.get("runs", [])]
    return any(entry["type"] == name for entries in lists for entry in entries_of(entries))


def json_of(value):
    if isinstance(value, (list, tuple)):
        return [json_of(item) for item in value]
    if isinstance(value, dict):
        return {name: json_of(item) for name, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"}
    return value


def play(case):
    """The case with its expectation; None when it goes on for ever."""
    try:
        return dict(case, expected=World(case).play())
    except TooLong:
        return None
