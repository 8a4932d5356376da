// listdir, scandir and DirEntry.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "Modules/posix/posix.h"
#include "Objects/container_support.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

struct DirectoryEntry : Object {
  static constexpr Kind kKind = ModuleKind::DirectoryEntry;
  Value name, path;
  Value followed_status, own_status;  // stat results once asked for; or empty
  uint64_t inode;
  int folder;       // a descriptor if scandir() was given one, else -1
  uint8_t type;
};

struct DirectoryScanner : Object {
  static constexpr Kind kKind = ModuleKind::DirectoryScanner;
  Value path;       // as given; None for the current folder
  DIR* stream;      // nullptr once finished
  int folder;       // the descriptor that was given, or -1
  bool is_bytes;
};

bool is_dot(const char* name) {
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

Result<DIR*> open_folder(Thread& thread, const Path& path) {
  DIR* stream = nullptr;
  TRY(system_call(thread, [&] {
    if (path.has_descriptor) {
      const int copy = fcntl(path.descriptor, F_DUPFD_CLOEXEC, 0);
      stream = copy < 0 ? nullptr : fdopendir(copy);
      if (stream) rewinddir(stream);
    } else {
      stream = opendir(path.c_str());
    }
    return stream ? 0 : -1;
  }));
  if (!stream) return raise_os_error(thread, errno, path.shown.is_empty() ? Value() : path.shown);
  return stream;
}

Value listdir(Thread& thread, Value value) {
  Path path = TRY(path_argument(thread, value, "listdir", kOrDescriptor | kOrNone));
  TRY(audit(thread, "os.listdir", {path.is_none ? None : path.shown}));
  if (path.is_none) path.shown = make_str(".");
  DIR* stream = TRY(open_folder(thread, path));
  List* names = make_list();
  int failure = 0;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(stream);
    if (!entry) {
      failure = errno;
      break;
    }
    if (is_dot(entry->d_name)) continue;
    if (list_append(thread, *names, path_result(path, entry->d_name)).failed()) {
      closedir(stream);
      return error;
    }
  }
  if (path.has_descriptor) rewinddir(stream);
  closedir(stream);
  if (failure) return raise_os_error(thread, failure, path.shown);
  return names;
}

// --- scandir ---

Value scandir(Thread& thread, Value value) {
  const Path path = TRY(path_argument(thread, value, "scandir", kOrDescriptor | kOrNone));
  TRY(audit(thread, "os.scandir", {path.is_none ? None : path.shown}));
  DIR* stream = TRY(open_folder(thread, path));
  auto* self = allocate_finalizable<DirectoryScanner>();
  self->path = path.is_none ? Value(make_str(".")) : path.has_descriptor ? path.shown : Value();
  if (self->path.is_empty()) self->path = path_result(path, path.text);
  self->stream = stream;
  self->folder = path.has_descriptor ? path.descriptor : -1;
  self->is_bytes = path.is_bytes;
  return self;
}

Value make_entry(DirectoryScanner& scanner, const dirent& row) {
  auto* entry = allocate<DirectoryEntry>();
  const std::string_view name = row.d_name;
  const auto text = [&](std::string_view bytes) {
    return scanner.is_bytes ? Value(make_bytes(bytes)) : Value(from_filename(bytes));
  };
  entry->name = text(name);
  if (scanner.folder >= 0) {
    entry->path = entry->name;
  } else {
    std::string folder = scanner.is_bytes ? std::string(scanner.path.as<Bytes>()->view())
                                          : MUST(to_filename(current_thread(), scanner.path), "came from one");
    if (!folder.empty() && folder.back() != '/') folder += '/';
    entry->path = text(folder + std::string(name));
  }
  entry->inode = row.d_ino;
  entry->type = row.d_type;
  entry->folder = scanner.folder;
  return entry;
}

void close_stream(DirectoryScanner& self) {
  if (!self.stream) return;
  DIR* stream = self.stream;
  self.stream = nullptr;
  if (self.folder >= 0) rewinddir(stream);
  closedir(stream);
}

Value next_entry(Thread& thread, Value value) {
  DirectoryScanner& self = *value.as<DirectoryScanner>();
  while (self.stream) {
    errno = 0;
    const dirent* row = readdir(self.stream);
    if (!row) {
      const int failure = errno;
      close_stream(self);
      if (failure) return raise_os_error(thread, failure, self.path);
      return Unbound;
    }
    if (!is_dot(row->d_name)) return make_entry(self, *row);
  }
  return Unbound;
}
Value itself(Thread&, Value self) { return self; }
Value enter(Value self) { return self; }
void close_scanner(DirectoryScanner& self) { close_stream(self); }
void leave(DirectoryScanner& self, std::span<const Value>) { close_stream(self); }
void finalize(Thread& thread, Value value) {
  DirectoryScanner& self = *value.as<DirectoryScanner>();
  if (!self.stream) return;
  const Value saved = take_exception(thread);
  const Result<Str*> shown = repr(thread, value);
  if (!shown.failed() &&
      warn(thread, ResourceWarning, "unclosed scandir iterator " + to_utf8(shown.value())).failed()) {
    if (exception_matches(thread, Warning)) write_unraisable(thread, value);
  }
  thread.exception = saved;
  close_stream(self);
}

const MethodRow scanner_rows[] = {
    method<enter>("!__enter__($self)", ""),
    method<leave>("!__exit__($self, *args)", ""),
    method<close_scanner>("!close($self)", ""),
};

// --- DirEntry ---

Value fetch_status(Thread& thread, DirectoryEntry& self, bool follow_symlinks) {
  const std::string path = TRY(to_filename(thread, self.path));
  struct stat status;
  int result;
  {
    const WithoutGil guard(thread);
    const int flags = follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW;
    result = fstatat(self.folder >= 0 ? self.folder : AT_FDCWD, path.c_str(), &status, flags);
  }
  if (result != 0) return raise_os_error(thread, errno, self.path);
  return make_stat_result(status);
}

Value own_status(Thread& thread, DirectoryEntry& self) {
  if (self.own_status.is_empty()) self.own_status = TRY(fetch_status(thread, self, false));
  return self.own_status;
}

Value entry_stat(Thread& thread, DirectoryEntry& self, bool follow_symlinks) {
  if (!follow_symlinks) return own_status(thread, self);
  if (self.followed_status.is_empty()) {
    if (self.type == DT_LNK || self.type == DT_UNKNOWN) {
      self.followed_status = TRY(fetch_status(thread, self, true));
    } else {
      self.followed_status = TRY(own_status(thread, self));
    }
  }
  return self.followed_status;
}

// Answered from what the folder says, without a system call, unless a link has to be followed.
Result<bool> has_type(Thread& thread, DirectoryEntry& self, bool follow_symlinks, mode_t wanted) {
  const bool needs_status = self.type == DT_UNKNOWN || (follow_symlinks && self.type == DT_LNK);
  if (!needs_status) {
    if (self.type == DT_LNK) return wanted == S_IFLNK;
    return self.type == (wanted == S_IFDIR ? DT_DIR : wanted == S_IFREG ? DT_REG : DT_LNK);
  }
  const Value status = entry_stat(thread, self, follow_symlinks);
  if (status.is_empty()) {
    if (catch_exception(thread, FileNotFoundError)) return false;
    return error;
  }
  return (static_cast<mode_t>(status.as<Tuple>()->items[0].as_int()) & S_IFMT) == wanted;
}
Result<bool> is_dir(Thread& thread, DirectoryEntry& self, bool follow_symlinks) {
  return has_type(thread, self, follow_symlinks, S_IFDIR);
}
Result<bool> is_file(Thread& thread, DirectoryEntry& self, bool follow_symlinks) {
  return has_type(thread, self, follow_symlinks, S_IFREG);
}
Result<bool> is_symlink(Thread& thread, DirectoryEntry& self) {
  if (self.type != DT_UNKNOWN) return self.type == DT_LNK;
  return has_type(thread, self, false, S_IFLNK);
}
Value inode(DirectoryEntry& self) { return make_uint(self.inode); }
Value fspath(DirectoryEntry& self) { return self.path; }
Value get_name(DirectoryEntry& self) { return self.name; }
Value get_path(DirectoryEntry& self) { return self.path; }
Value show(Thread& thread, Value self) {
  return format_message(thread, "<DirEntry {}>", {Repr{self.as<DirectoryEntry>()->name}});
}

const MethodRow entry_rows[] = {
    member<get_name>("name", "the entry's base filename, relative to scandir() \"path\" argument"),
    member<get_path>("path", "the entry's full path name"),
    method<is_dir>("is_dir($self, /, *, follow_symlinks=True)", "Whether it is a folder."),
    method<is_file>("is_file($self, /, *, follow_symlinks=True)", "Whether it is a plain file."),
    method<is_symlink>("is_symlink($self, /)", "Whether it is a symbolic link."),
    method<entry_stat>("stat($self, /, *, follow_symlinks=True)", "What is known about it; asked for once."),
    method<inode>("inode($self, /)", "The number of its inode."),
    method<fspath>("__fspath__($self, /)", "The path."),
    class_method<class_getitem>("!__class_getitem__($type, item, /)", "See PEP 585"),
};

const MethodRow rows[] = {
    function<listdir>("listdir($module, /, path=None)", "The names in a folder."),
    function<scandir>("scandir($module, /, path=None)", "An iterator over the entries of a folder."),
};

}  // namespace

void define_folder_types() {
  static bool is_defined = false;
  if (is_defined) return;
  is_defined = true;
  TypeSpec entry;
  entry.instance_bytes = sizeof(DirectoryEntry);
  entry.flags = Type::kDisallowInstantiation;
  entry.methods = entry_rows;
  entry.slots.repr = show;
  define_type(ModuleKind::DirectoryEntry, entry);
  TypeSpec scanner;
  scanner.instance_bytes = sizeof(DirectoryScanner);
  scanner.flags = Type::kDisallowInstantiation;
  scanner.methods = scanner_rows;
  scanner.slots.iterate = itself;
  scanner.slots.next = next_entry;
  scanner.slots.finalize = finalize;
  define_type(ModuleKind::DirectoryScanner, scanner);
}

std::span<const MethodRow> posix_folder_rows() { return rows; }

}  // namespace minipy
