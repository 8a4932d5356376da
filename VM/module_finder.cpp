#include "VM/module_finder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <climits>

#include "Objects/float.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/set.h"
#include "Objects/shape.h"
#include "Objects/slot_trampolines.h"
#include "Objects/tuple.h"
#include "VM/importlib_watch.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

using Where = FoundModule::Where;

bool is_file(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}
bool is_folder(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// st_mtime as os.stat() gives it, -1 if there is no such folder.
Value modification_time(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return Value::from_int(-1);
  return make_float(static_cast<double>(status.st_mtim.tv_sec) +
                    1e-9 * static_cast<double>(status.st_mtim.tv_nsec));
}

// [('.py', SourceFileLoader), ('.pyc', SourcelessFileLoader)]
bool has_usual_loaders(Value loaders) {
  if (!is_exact_list(loaders) || loaders.as<List>()->size != 2) return false;
  const auto is_row = [&](size_t i, std::string_view suffix, const Type* loader) {
    const Value row = loaders.as<List>()->at(i);
    if (!is_exact_tuple(row) || row.as<Tuple>()->size != 2 ||
        !is_exact_str(row.as<Tuple>()->items[0]))
      return false;
    return equal(row.as<Tuple>()->items[0].as<Str>(), suffix) &&
           row.as<Tuple>()->items[1] == Value(loader);
  };
  return is_row(0, ".py", importlib.source_loader) &&
         is_row(1, ".pyc", importlib.sourceless_loader);
}

// What came of looking for a source file. Unclear: importlib's own code has to decide (namespace
// packages, files without source, other finders and loaders).
struct Search {
  enum Outcome { Unclear, Absent, Found };
  Outcome outcome = Unclear;
  std::string file, folder;  // the latter of a package only
};

// One FileFinder, as long as it is as its class made it.
class Folder {
 public:
  Folder(Thread& thread, Value finder) : thread_(thread), finder_(finder) {}

  // False if only its Python code knows what it does.
  bool open() {
    if (&type_of(finder_) != importlib.file_finder) return false;
    const Shape& shape = shape_of(*finder_.object());
    if (shape.is_dictionary || shape.slot_count != kAttributes) return false;
    if (!has_usual_loaders(get_own_attribute(finder_, special_name<"_loaders">()))) return false;
    const Value path = get_own_attribute(finder_, special_name<"path">());
    if (!is_exact_str(path)) return false;
    auto text = to_filename(thread_, path);
    if (text.failed()) {
      take_exception(thread_);
      return false;
    }
    path_ = std::move(text.value());
    if (!path_.starts_with('/')) return false;
    while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
    return true;
  }

  // The listing is read again whenever the folder's time has changed, as FileFinder does it.
  Status refresh() {
    const Value time = modification_time(path_);
    if (time == get_own_attribute(finder_, special_name<"_path_mtime">())) return nothing;
    TRY(call_method(thread_, finder_, "_fill_cache"));
    return set_attribute(thread_, finder_, special_name<"_path_mtime">(), time);
  }

  Result<Search> find(const std::string& tail) {
    TRY(refresh());
    const Value names = get_own_attribute(finder_, special_name<"_path_cache">());
    if (!is_exact(names, Kind::Set)) return Search{};
    const auto is_listed = [&](const std::string& name) {
      return set_contains(thread_, *names.as<Set>(), from_filename(name));
    };
    const std::string base = path_ == "/" ? path_ + tail : path_ + "/" + tail;
    bool is_namespace = false;
    if (TRY(is_listed(tail))) {
      const std::string file = base + "/__init__.py";
      if (is_file(file)) return Search{Search::Found, file, base};
      if (is_file(base + "/__init__.pyc")) return Search{};
      is_namespace = is_folder(base);
    }
    if (TRY(is_listed(tail + ".py")) && is_file(base + ".py"))
      return Search{Search::Found, base + ".py", {}};
    if (TRY(is_listed(tail + ".pyc")) && is_file(base + ".pyc")) return Search{};
    return Search{is_namespace ? Search::Unclear : Search::Absent, {}, {}};
  }

 private:
  static constexpr uint16_t kAttributes = 5;  // that FileFinder.__init__ sets
  Thread& thread_;
  Value finder_;
  std::string path_;
};

// sys.path_importer_cache[entry]; importlib makes what is not there. None: nobody can look into it.
Value finder_of(Thread& thread, Value entry) {
  const Value cache = system_attribute("path_importer_cache");
  if (is_exact_dict(cache)) {
    Value key = entry;
    if (entry.as<Str>()->length() == 0) {
      char buffer[PATH_MAX];
      if (!getcwd(buffer, sizeof buffer)) return None;
      key = from_filename(buffer);
    }
    const Value known = TRY(dict_get(thread, *cache.as<Dict>(), key));
    if (!known.is_unbound()) return known;
  }
  return call_method(thread, importlib.path_finder, "_path_importer_cache", {entry});
}

// PathFinder, as far as its path entries are folders or nothing at all.
Result<Search> find_source(Thread& thread, const std::string& tail, Value path) {
  if (!is_exact_list(path) || tail.empty() || tail.find('/') != tail.npos) return Search{};
  for (size_t i = 0; i < path.as<List>()->size; ++i) {
    const Value entry = path.as<List>()->at(i);
    if (!is_str(entry)) continue;
    if (!is_exact_str(entry)) return Search{};
    const Value finder = TRY(finder_of(thread, entry));
    if (finder.is_none()) continue;
    Folder folder(thread, finder);
    if (!folder.open()) return Search{};
    Search search = TRY(folder.find(tail));
    if (search.outcome != Search::Absent) return search;
  }
  return Search{Search::Absent, {}, {}};
}

Result<FoundModule> ask(Thread& thread, Value finder, const Str* name, Value path) {
  const Value find_spec =
      TRY(get_attribute_or_unbound(thread, finder, special_name<"find_spec">()));
  const Value spec = find_spec.is_unbound()
                         ? call(thread, importlib.find_spec_legacy, {finder, name, path})
                         : call(thread, find_spec, {name, path, None});
  TRY(spec);
  if (spec.is_none()) return FoundModule{};
  return FoundModule{.where = Where::Spec, .spec = spec};
}

Result<FoundModule> ask_path_finder(Thread& thread, const Str* name, Value path) {
  const auto text = to_filename(thread, name);
  if (text.failed()) take_exception(thread);  // no file is called so: importlib will say it
  Search search;
  if (!text.failed()) {
    const std::string tail = text.value().substr(text.value().rfind('.') + 1);
    search = TRY(find_source(thread, tail, path.is_none() ? system_attribute("path") : path));
  }
  switch (search.outcome) {
    case Search::Absent:
      return FoundModule{};
    case Search::Unclear:
      return ask(thread, importlib.path_finder, name, path);
    case Search::Found:
      break;
  }
  return FoundModule{
      .where = Where::Source, .file = std::move(search.file), .folder = std::move(search.folder)};
}

FoundModule find_native(const std::string& text, Value path) {
  const ModuleSpec* native = path.is_none() ? runtime.find_native_module(text) : nullptr;
  return native ? FoundModule{.where = Where::Native, .native = native} : FoundModule{};
}

FoundModule find_frozen(const std::string& text) {
  const FrozenModule* frozen = find_usable_frozen_module(text);
  return frozen ? FoundModule{.where = Where::Frozen, .frozen = frozen} : FoundModule{};
}

Result<FoundModule> find_with(Thread& thread, Value finder, const Str* name,
                              const std::string& text, Value path) {
  if (finder == Value(importlib.builtin_importer)) return find_native(text, path);
  if (finder == Value(importlib.frozen_importer)) return find_frozen(text);
  if (finder == Value(importlib.path_finder)) return ask_path_finder(thread, name, path);
  return ask(thread, finder, name, path);
}

}  // namespace

Result<FoundModule> find_module(Thread& thread, const Str* name, Value path) {
  const std::string text = to_utf8(name);
  const Value finders = system_attribute("meta_path");
  for (size_t i = 0; is_exact_list(finders) && i < finders.as<List>()->size; ++i) {
    acquire_import_lock(thread);  // finders need not think of threads
    const auto found = find_with(thread, finders.as<List>()->at(i), name, text, path);
    release_import_lock(thread);
    if (found.failed() || found.value().where != Where::Nowhere) return found;
  }
  return FoundModule{};
}

}  // namespace minipy
