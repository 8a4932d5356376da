// What is done to files by name. Library reference, "os": Files and Directories.
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <vector>

#include "Modules/posix/posix.h"

namespace minipy {
namespace {

Value working_folder(Thread& thread) {
  char buffer[PATH_MAX];
  if (!getcwd(buffer, sizeof buffer)) return raise_os_error(thread, errno);
  return from_filename(buffer);
}
Value working_folder_bytes(Thread& thread) {
  char buffer[PATH_MAX];
  if (!getcwd(buffer, sizeof buffer)) return raise_os_error(thread, errno);
  return make_bytes(buffer);
}
Status change_folder(Thread& thread, Value value) {
  const Path path = TRY(path_argument(thread, value, "chdir", kOrDescriptor));
  TRY(audit(thread, "os.chdir", {path.shown}));
  return done_call(
      thread, [&] { return path.has_descriptor ? fchdir(path.descriptor) : chdir(path.c_str()); }, path.shown);
}
Status change_folder_by_descriptor(Thread& thread, Value file) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  TRY(audit(thread, "os.chdir", {make_int(descriptor)}));
  return done_call(thread, [&] { return fchdir(descriptor); });
}
Status change_root(Thread& thread, Value value) {
  const Path path = TRY(path_argument(thread, value, "chroot"));
  return done_call(thread, [&] { return chroot(path.c_str()); }, path.shown);
}

Status make_folder(Thread& thread, Value value, int mode, Value folder) {
  const Path path = TRY(path_argument(thread, value, "mkdir"));
  const int base = TRY(folder_descriptor(thread, folder));
  TRY(audit(thread, "os.mkdir", {path.shown, make_int(mode), make_int(base == AT_FDCWD ? -1 : base)}));
  return done_call(thread, [&] { return mkdirat(base, path.c_str(), static_cast<mode_t>(mode)); }, path.shown);
}
Status unlink_with(Thread& thread, Value value, Value folder, int flags, const char* function) {
  const Path path = TRY(path_argument(thread, value, function));
  const int base = TRY(folder_descriptor(thread, folder));
  TRY(audit(thread, flags ? "os.rmdir" : "os.remove", {path.shown, make_int(base == AT_FDCWD ? -1 : base)}));
  return done_call(thread, [&] { return unlinkat(base, path.c_str(), flags); }, path.shown);
}
Status remove_folder(Thread& thread, Value path, Value folder) {
  return unlink_with(thread, path, folder, AT_REMOVEDIR, "rmdir");
}
Status unlink_file(Thread& thread, Value path, Value folder) { return unlink_with(thread, path, folder, 0, "unlink"); }
Status remove_file(Thread& thread, Value path, Value folder) { return unlink_with(thread, path, folder, 0, "remove"); }

Status rename_with(Thread& thread, Value source, Value target, Value source_folder, Value target_folder,
                   const char* function) {
  const Path from = TRY(path_argument(thread, source, function, kPathOnly, "src"));
  const Path to = TRY(path_argument(thread, target, function, kPathOnly, "dst"));
  const int from_base = TRY(folder_descriptor(thread, source_folder));
  const int to_base = TRY(folder_descriptor(thread, target_folder));
  TRY(audit(thread, "os.rename", {from.shown, to.shown, make_int(from_base == AT_FDCWD ? -1 : from_base),
                                  make_int(to_base == AT_FDCWD ? -1 : to_base)}));
  return done_call(
      thread, [&] { return renameat(from_base, from.c_str(), to_base, to.c_str()); }, from.shown, to.shown);
}
Status rename_file(Thread& thread, Value source, Value target, Value source_folder, Value target_folder) {
  return rename_with(thread, source, target, source_folder, target_folder, "rename");
}
Status replace_file(Thread& thread, Value source, Value target, Value source_folder, Value target_folder) {
  return rename_with(thread, source, target, source_folder, target_folder, "replace");
}

Status link_file(Thread& thread, Value source, Value target, Value source_folder, Value target_folder,
                 bool follow_symlinks) {
  const Path from = TRY(path_argument(thread, source, "link", kPathOnly, "src"));
  const Path to = TRY(path_argument(thread, target, "link", kPathOnly, "dst"));
  const int from_base = TRY(folder_descriptor(thread, source_folder));
  const int to_base = TRY(folder_descriptor(thread, target_folder));
  TRY(audit(thread, "os.link", {from.shown, to.shown, make_int(from_base == AT_FDCWD ? -1 : from_base),
                                make_int(to_base == AT_FDCWD ? -1 : to_base)}));
  const int flags = follow_symlinks && (from_base != AT_FDCWD || to_base != AT_FDCWD) ? AT_SYMLINK_FOLLOW : 0;
  return done_call(
      thread, [&] { return linkat(from_base, from.c_str(), to_base, to.c_str(), flags); }, from.shown, to.shown);
}
Status make_symbolic_link(Thread& thread, Value source, Value target, bool, Value folder) {
  const Path from = TRY(path_argument(thread, source, "symlink", kPathOnly, "src"));
  const Path to = TRY(path_argument(thread, target, "symlink", kPathOnly, "dst"));
  const int base = TRY(folder_descriptor(thread, folder));
  TRY(audit(thread, "os.symlink", {from.shown, to.shown, make_int(base == AT_FDCWD ? -1 : base)}));
  return done_call(thread, [&] { return symlinkat(from.c_str(), base, to.c_str()); }, from.shown, to.shown);
}
Value read_link(Thread& thread, Value value, Value folder) {
  const Path path = TRY(path_argument(thread, value, "readlink"));
  const int base = TRY(folder_descriptor(thread, folder));
  char buffer[PATH_MAX + 1];
  const int64_t size =
      TRY(checked_call(thread, [&] { return readlinkat(base, path.c_str(), buffer, PATH_MAX); }, path.shown));
  return path_result(path, {buffer, static_cast<size_t>(size)});
}

Status make_fifo(Thread& thread, Value value, int mode, Value folder) {
  const Path path = TRY(path_argument(thread, value, "mkfifo"));
  const int base = TRY(folder_descriptor(thread, folder));
  return done_call(thread, [&] { return mkfifoat(base, path.c_str(), static_cast<mode_t>(mode)); }, path.shown);
}
Status make_node(Thread& thread, Value value, int mode, Value device, Value folder) {
  const Path path = TRY(path_argument(thread, value, "mknod"));
  const int base = TRY(folder_descriptor(thread, folder));
  const int64_t number = TRY(index_as_int64(thread, device, &OverflowError));
  return done_call(
      thread,
      [&] { return mknodat(base, path.c_str(), static_cast<mode_t>(mode), static_cast<dev_t>(number)); }, path.shown);
}
Status cut_path(Thread& thread, Value value, int64_t length) {
  const Path path = TRY(path_argument(thread, value, "truncate", kOrDescriptor));
  TRY(audit(thread, "os.truncate", {path.shown, make_int(length)}));
  return done_call(
      thread,
      [&] { return path.has_descriptor ? ftruncate(path.descriptor, length) : truncate(path.c_str(), length); },
      path.shown);
}

// --- permissions and owners ---

Status change_mode(Thread& thread, Value value, int mode, Value folder, bool follow_symlinks) {
  const Path path = TRY(path_argument(thread, value, "chmod", kOrDescriptor));
  const int base = TRY(folder_descriptor(thread, folder));
  TRY(audit(thread, "os.chmod", {path.shown, make_int(mode), make_int(base == AT_FDCWD ? -1 : base)}));
  if (!follow_symlinks) {
    const int64_t result = TRY(system_call(thread, [&] {
      return fchmodat(base, path.c_str(), static_cast<mode_t>(mode), AT_SYMLINK_NOFOLLOW);
    }));
    if (result >= 0) return nothing;
    if (errno == EOPNOTSUPP || errno == ENOTSUP) {
      return raise(thread, NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
    }
    return raise_os_error(thread, errno, path.shown);
  }
  return done_call(
      thread,
      [&] {
        if (path.has_descriptor) return fchmod(path.descriptor, static_cast<mode_t>(mode));
        return fchmodat(base, path.c_str(), static_cast<mode_t>(mode), 0);
      },
      path.shown);
}
Status change_mode_by_descriptor(Thread& thread, int descriptor, int mode) {
  TRY(audit(thread, "os.chmod", {make_int(descriptor), make_int(mode), make_int(-1)}));
  return done_call(thread, [&] { return fchmod(descriptor, static_cast<mode_t>(mode)); });
}
Status change_owner(Thread& thread, Value value, Value user, Value group, Value folder, bool follow_symlinks) {
  const Path path = TRY(path_argument(thread, value, "chown", kOrDescriptor));
  const uint32_t uid = TRY(user_id(thread, user, "uid"));
  const uint32_t gid = TRY(user_id(thread, group, "gid"));
  const int base = TRY(folder_descriptor(thread, folder));
  if (path.has_descriptor && base != AT_FDCWD) {
    return raise(thread, ValueError, "chown: can't specify both dir_fd and fd");
  }
  if (path.has_descriptor && !follow_symlinks) {
    return raise(thread, ValueError, "chown: cannot use fd and follow_symlinks together");
  }
  TRY(audit(thread, "os.chown", {path.shown, make_uint(uid), make_uint(gid), make_int(base == AT_FDCWD ? -1 : base)}));
  return done_call(
      thread,
      [&] {
        if (path.has_descriptor) return fchown(path.descriptor, uid, gid);
        return fchownat(base, path.c_str(), uid, gid, follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW);
      },
      path.shown);
}
Status change_owner_by_descriptor(Thread& thread, int descriptor, Value user, Value group) {
  const uint32_t uid = TRY(user_id(thread, user, "uid"));
  const uint32_t gid = TRY(user_id(thread, group, "gid"));
  return done_call(thread, [&] { return fchown(descriptor, uid, gid); });
}
Status change_link_owner(Thread& thread, Value value, Value user, Value group) {
  const Path path = TRY(path_argument(thread, value, "lchown"));
  const uint32_t uid = TRY(user_id(thread, user, "uid"));
  const uint32_t gid = TRY(user_id(thread, group, "gid"));
  TRY(audit(thread, "os.chown", {path.shown, make_uint(uid), make_uint(gid), make_int(-1)}));
  return done_call(thread, [&] { return lchown(path.c_str(), uid, gid); }, path.shown);
}

// --- extended attributes ---

Value get_extended(Thread& thread, Value value, Value name, bool follow_symlinks) {
  const Path path = TRY(path_argument(thread, value, "getxattr", kOrDescriptor));
  const Path attribute = TRY(path_argument(thread, name, "getxattr", kPathOnly, "attribute"));
  TRY(audit(thread, "os.getxattr", {path.shown, attribute.shown}));
  std::vector<char> buffer(65536);
  const int64_t size = TRY(checked_call(
      thread,
      [&] {
        if (path.has_descriptor) return fgetxattr(path.descriptor, attribute.c_str(), buffer.data(), buffer.size());
        return (follow_symlinks ? getxattr : lgetxattr)(path.c_str(), attribute.c_str(), buffer.data(), buffer.size());
      },
      path.shown));
  return make_bytes({buffer.data(), static_cast<size_t>(size)});
}
Status set_extended(Thread& thread, Value value, Value name, Value contents, int flags, bool follow_symlinks) {
  const Path path = TRY(path_argument(thread, value, "setxattr", kOrDescriptor));
  const Path attribute = TRY(path_argument(thread, name, "setxattr", kPathOnly, "attribute"));
  BufferLease data(thread);
  TRY(data.acquire(contents));
  TRY(audit(thread, "os.setxattr", {path.shown, attribute.shown, contents, make_int(flags)}));
  return done_call(
      thread,
      [&] {
        if (path.has_descriptor) {
          return fsetxattr(path.descriptor, attribute.c_str(), data.data(), data.size(), flags);
        }
        return (follow_symlinks ? setxattr : lsetxattr)(path.c_str(), attribute.c_str(), data.data(), data.size(), flags);
      },
      path.shown);
}
Status remove_extended(Thread& thread, Value value, Value name, bool follow_symlinks) {
  const Path path = TRY(path_argument(thread, value, "removexattr", kOrDescriptor));
  const Path attribute = TRY(path_argument(thread, name, "removexattr", kPathOnly, "attribute"));
  TRY(audit(thread, "os.removexattr", {path.shown, attribute.shown}));
  return done_call(
      thread,
      [&] {
        if (path.has_descriptor) return fremovexattr(path.descriptor, attribute.c_str());
        return (follow_symlinks ? removexattr : lremovexattr)(path.c_str(), attribute.c_str());
      },
      path.shown);
}
Value list_extended(Thread& thread, Value value, bool follow_symlinks) {
  const Path path = TRY(path_argument(thread, value, "listxattr", kOrDescriptor | kOrNone));
  TRY(audit(thread, "os.listxattr", {path.is_none ? None : path.shown}));
  std::vector<char> buffer(65536);
  const int64_t size = TRY(checked_call(
      thread,
      [&] {
        if (path.has_descriptor) return flistxattr(path.descriptor, buffer.data(), buffer.size());
        return (follow_symlinks ? listxattr : llistxattr)(path.c_str(), buffer.data(), buffer.size());
      },
      path.shown));
  List* names = make_list();
  for (const char* at = buffer.data(); at < buffer.data() + size; at += std::strlen(at) + 1) {
    TRY(list_append(thread, *names, from_filename(at)));
  }
  return names;
}

// --- pure functions ---

Value fspath(Thread& thread, Value path) {
  if (is_str(path) || has_kind(path, Kind::Bytes)) return path;
  const Value method = TRY(lookup_special(thread, path, "__fspath__"));
  if (method.is_unbound()) {
    return raise(thread, TypeError, "expected str, bytes or os.PathLike object, not {}", type_of(path));
  }
  const Value result = TRY(call(thread, method));
  if (is_str(result) || has_kind(result, Kind::Bytes)) return result;
  return raise(thread, TypeError, "expected {}.__fspath__() to return str or bytes, not {}", type_of(path),
               type_of(result));
}

// Collapses slashes, "." and ".."; exactly two leading slashes stay (POSIX leaves their meaning open).
Value normalize_path(Thread& thread, Value value) {
  if (!is_str(value)) {
    return raise(thread, TypeError, "_path_normpath() argument 'path' must be str, not {}", argument_kind(value));
  }
  const std::string path = to_utf8(value.as<Str>());
  const size_t slashes = path.starts_with("//") && !path.starts_with("///") ? 2 : path.starts_with('/') ? 1 : 0;
  std::vector<std::string_view> parts;
  std::string_view rest = path;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.empty() || part == ".") continue;
    if (part != ".." || (slashes == 0 && parts.empty()) || (!parts.empty() && parts.back() == "..")) {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string result(slashes, '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += '/';
    result += parts[i];
  }
  return make_str(result.empty() ? "." : result);
}

Result<dev_t> device_number(Thread& thread, Value device) {
  if (!is_index(device)) return raise(thread, TypeError, "an integer is required");
  const Value number = TRY(number_index(thread, device));
  if (int_sign(number) < 0) return raise(thread, OverflowError, "can't convert negative int to unsigned");
  const std::optional<uint64_t> result = int_to_uint64(number);
  if (!result) return raise(thread, OverflowError, "int too big to convert");
  return static_cast<dev_t>(*result);
}
Value device_major(Thread& thread, Value device) { return make_int(major(TRY(device_number(thread, device)))); }
Value device_minor(Thread& thread, Value device) { return make_int(minor(TRY(device_number(thread, device)))); }
int64_t make_device(int major_number, int minor_number) {
  return static_cast<int64_t>(makedev(static_cast<unsigned>(major_number), static_cast<unsigned>(minor_number)));
}
void sync_all(Thread& thread) {
  const WithoutGil guard(thread);
  sync();
}
int64_t set_umask(int mask) { return umask(static_cast<mode_t>(mask)); }

const MethodRow rows[] = {
    function<working_folder>("getcwd($module, /)", "The current folder."),
    function<working_folder_bytes>("getcwdb($module, /)", "The current folder as bytes."),
    function<change_folder>("chdir($module, /, path)", "Change the current folder."),
    function<change_folder_by_descriptor>("fchdir($module, /, fd)", "The same by descriptor."),
    function<change_root>("chroot($module, /, path)", "Change the root folder."),
    function<make_folder>("mkdir($module, /, path, mode=511, *, dir_fd=None)", "Make a folder."),
    function<remove_folder>("rmdir($module, /, path, *, dir_fd=None)", "Remove an empty folder."),
    function<unlink_file>("unlink($module, /, path, *, dir_fd=None)", "Remove a file."),
    function<remove_file>("remove($module, /, path, *, dir_fd=None)", "Remove a file."),
    function<rename_file>("rename($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)", "Rename a file."),
    function<replace_file>("replace($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
                           "Rename a file, over another if need be."),
    function<link_file>("link($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=True)",
                        "Make a hard link."),
    function<make_symbolic_link>("symlink($module, /, src, dst, target_is_directory=False, *, dir_fd=None)",
                                 "Make a symbolic link."),
    function<read_link>("readlink($module, /, path, *, dir_fd=None)", "Where a symbolic link points to."),
    function<make_fifo>("mkfifo($module, /, path, mode=438, *, dir_fd=None)", "Make a named pipe."),
    function<make_node>("mknod($module, /, path, mode=384, device=0, *, dir_fd=None)", "Make a file or device."),
    function<cut_path>("truncate($module, /, path, length)", "Cut a file off."),
    function<change_mode>("chmod($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)", "Set permissions."),
    function<change_mode_by_descriptor>("fchmod($module, /, fd, mode)", "The same by descriptor."),
    function<change_owner>("chown($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)", "Set the owner."),
    function<change_owner_by_descriptor>("fchown($module, /, fd, uid, gid)", "The same by descriptor."),
    function<change_link_owner>("lchown($module, /, path, uid, gid)", "Set the owner of a link itself."),
    function<get_extended>("getxattr($module, /, path, attribute, *, follow_symlinks=True)", "An extended attribute."),
    function<set_extended>("setxattr($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)",
                           "Set an extended attribute."),
    function<remove_extended>("removexattr($module, /, path, attribute, *, follow_symlinks=True)", "Remove one."),
    function<list_extended>("listxattr($module, /, path=None, *, follow_symlinks=True)", "Their names."),
    function<fspath>("fspath($module, /, path)", "The text of a path object."),
    function<normalize_path>("_path_normpath($module, /, path)", "A path without needless parts."),
    function<device_major>("major($module, device, /)", "The major number of a device."),
    function<device_minor>("minor($module, device, /)", "The minor number of a device."),
    function<make_device>("makedev($module, major, minor, /)", "The number of a device."),
    function<sync_all>("sync($module, /)", "Force everything onto the disk."),
    function<set_umask>("umask($module, mask, /)", "Set the mask of new files' permissions; the old one."),
};

}  // namespace

std::span<const MethodRow> posix_path_rows() { return rows; }

}  // namespace minipy
