// _stat: reading the mode bits of files. Library "stat".
#include <sys/stat.h>

#include "Modules/native_modules.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy {
namespace {

// mode_t is 32 bits wide.
Result<mode_t> mode_of(Thread& thread, Value value) {
  const std::optional<uint64_t> mode = int_to_uint64(TRY(number_index(thread, value)));
  if (!mode) return raise(thread, OverflowError, "Python int too large to convert to C unsigned long");
  if (*mode > UINT32_MAX) return raise(thread, OverflowError, "mode out of range");
  return static_cast<mode_t>(*mode);
}

template <mode_t kind>
Value is_kind(Thread& thread, Value mode) {
  return Value::from_bool((TRY(mode_of(thread, mode)) & S_IFMT) == kind);
}
Value is_never(Thread& thread, Value mode) {
  TRY(mode_of(thread, mode));
  return False;
}
Value format_bits(Thread& thread, Value mode) { return make_int(TRY(mode_of(thread, mode)) & S_IFMT); }
Value permission_bits(Thread& thread, Value mode) { return make_int(TRY(mode_of(thread, mode)) & 07777); }

char kind_character(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return '-';
    case S_IFDIR: return 'd';
    case S_IFLNK: return 'l';
    case S_IFBLK: return 'b';
    case S_IFCHR: return 'c';
    case S_IFIFO: return 'p';
    case S_IFSOCK: return 's';
    default: return '?';
  }
}

// As `ls -l` shows it: "-rw-r--r--".
Value file_mode(Thread& thread, Value value) {
  const mode_t mode = TRY(mode_of(thread, value));
  char text[] = "?rwxrwxrwx";
  text[0] = kind_character(mode);
  for (int i = 0; i < 9; ++i) {
    if (!(mode & (0400 >> i))) text[i + 1] = '-';
  }
  const auto mark = [&](mode_t bit, int place, char with_execute, char without) {
    if (mode & bit) text[place] = text[place] == 'x' ? with_execute : without;
  };
  mark(S_ISUID, 3, 's', 'S');
  mark(S_ISGID, 6, 's', 'S');
  mark(S_ISVTX, 9, 't', 'T');
  return make_str(text);
}

const MethodRow functions[] = {
    function<is_kind<S_IFDIR>>("!S_ISDIR($module, mode, /)", "True for a directory."),
    function<is_kind<S_IFCHR>>("!S_ISCHR($module, mode, /)", "True for a character special device file."),
    function<is_kind<S_IFBLK>>("!S_ISBLK($module, mode, /)", "True for a block special device file."),
    function<is_kind<S_IFREG>>("!S_ISREG($module, mode, /)", "True for a regular file."),
    function<is_kind<S_IFIFO>>("!S_ISFIFO($module, mode, /)", "True for a FIFO."),
    function<is_kind<S_IFLNK>>("!S_ISLNK($module, mode, /)", "True for a symbolic link."),
    function<is_kind<S_IFSOCK>>("!S_ISSOCK($module, mode, /)", "True for a socket."),
    function<is_never>("!S_ISDOOR($module, mode, /)", "True for a door, which this system does not have."),
    function<is_never>("!S_ISPORT($module, mode, /)", "True for an event port, which this system does not have."),
    function<is_never>("!S_ISWHT($module, mode, /)", "True for a whiteout, which this system does not have."),
    function<permission_bits>("!S_IMODE($module, mode, /)", "Return the bits that os.chmod() can set."),
    function<format_bits>("!S_IFMT($module, mode, /)", "Return the bits that tell the kind of file."),
    function<file_mode>("!filemode($module, mode, /)", "Return the mode as `ls -l` shows it."),
};

struct Constant {
  const char* name;
  int64_t value;
};
const Constant constants[] = {
    {"S_IFDIR", S_IFDIR}, {"S_IFCHR", S_IFCHR}, {"S_IFBLK", S_IFBLK}, {"S_IFREG", S_IFREG},
    {"S_IFIFO", S_IFIFO}, {"S_IFLNK", S_IFLNK}, {"S_IFSOCK", S_IFSOCK}, {"S_IFDOOR", 0},
    {"S_IFPORT", 0}, {"S_IFWHT", 0}, {"S_ISUID", S_ISUID}, {"S_ISGID", S_ISGID}, {"S_ISVTX", S_ISVTX},
    {"S_ENFMT", S_ISGID}, {"S_IREAD", S_IRUSR}, {"S_IWRITE", S_IWUSR}, {"S_IEXEC", S_IXUSR},
    {"S_IRWXU", S_IRWXU}, {"S_IRUSR", S_IRUSR}, {"S_IWUSR", S_IWUSR}, {"S_IXUSR", S_IXUSR},
    {"S_IRWXG", S_IRWXG}, {"S_IRGRP", S_IRGRP}, {"S_IWGRP", S_IWGRP}, {"S_IXGRP", S_IXGRP},
    {"S_IRWXO", S_IRWXO}, {"S_IROTH", S_IROTH}, {"S_IWOTH", S_IWOTH}, {"S_IXOTH", S_IXOTH},
    {"UF_NODUMP", 0x1}, {"UF_IMMUTABLE", 0x2}, {"UF_APPEND", 0x4}, {"UF_OPAQUE", 0x8}, {"UF_NOUNLINK", 0x10},
    {"UF_COMPRESSED", 0x20}, {"UF_HIDDEN", 0x8000}, {"SF_ARCHIVED", 0x10000}, {"SF_IMMUTABLE", 0x20000},
    {"SF_APPEND", 0x40000}, {"SF_NOUNLINK", 0x100000}, {"SF_SNAPSHOT", 0x200000},
    {"ST_MODE", 0}, {"ST_INO", 1}, {"ST_DEV", 2}, {"ST_NLINK", 3}, {"ST_UID", 4}, {"ST_GID", 5},
    {"ST_SIZE", 6}, {"ST_ATIME", 7}, {"ST_MTIME", 8}, {"ST_CTIME", 9},
};

Status initialize(Thread&, Module& module) {
  for (const Constant& constant : constants) module_add(module, constant.name, make_int(constant.value));
  return nothing;
}

}  // namespace

extern const ModuleSpec stat_module = {"_stat", "The bits of a file's mode, and what they mean.", functions, initialize};

}  // namespace minipy
