#include "Compiler/cache.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "Compiler/cache_files.h"
#include "Compiler/cache_index.h"
#include "Compiler/cache_store.h"
#include "Compiler/code_object.h"
#include "Compiler/content_hash.h"
#include "Compiler/marshal.h"
#include "Compiler/verifier.h"
#include "Objects/bytes.h"
#include "Objects/line_table.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/text/siphash.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

enum HeaderFlags : uint32_t { kHashBased = 1, kCheckSource = 2 };

// A cache file that was written this long after its source was changed has seen the change: file
// systems have stamps of up to two seconds.
constexpr int64_t kSafeAge = 2 * kSecond;

// Smaller sources are compiled faster than a file is looked for.
constexpr size_t kSmallestStored = 1024;

uint32_t word_at(std::string_view data, size_t at) {
  uint32_t word;
  std::memcpy(&word, data.data() + at, 4);
  return word;
}

void append_word(std::string& data, uint32_t word) {
  data.append(reinterpret_cast<const char*>(&word), 4);
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}
std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

namespace {

// Whatever the code depends on besides the source.
StoreKey stored_as(std::string_view source, const CacheSettings& settings) {
  return store_key(source, settings.optimization + (keeps_columns ? "" : "-no-columns"));
}

}  // namespace

uint64_t source_hash(std::string_view source) {
  return siphash13({kBytecodeMagic, 0}, source.data(), source.size());
}

// importlib.util.cache_from_source(): the extension goes, the tag comes.
std::string cache_path(std::string_view source_path, const CacheSettings& settings,
                       std::string_view tag) {
  const std::string_view name = file_name(source_path);
  if (name.empty()) return {};
  std::string folder(source_path.substr(0, source_path.size() - name.size()));
  const size_t dot = name.rfind('.');
  std::string cached(dot == name.npos ? name : dot == 0 ? name.substr(1) : name.substr(0, dot));
  if (dot != name.npos) cached += ".";
  cached += tag;
  if (!settings.optimization.empty()) cached += ".opt-" + settings.optimization;
  cached += ".pyc";
  if (settings.prefix.empty()) return folder + "__pycache__/" + cached;
  if (source_path[0] != '/') return {};  // the caller knows absolute paths only
  return settings.prefix + folder + cached;
}

// Code that was put in from another file keeps its name.
void set_code_filename(Code& code, Str* filename) {
  const Str* old = code.filename();
  if (equal(old, filename)) return;
  code.set_filename(filename);
  for (const Value constant : code.constants()->view()) {
    if (!is_exact(constant, Kind::Code) || !equal(constant.as<Code>()->filename(), old)) continue;
    set_code_filename(*constant.as<Code>(), filename);
  }
}

namespace {

// A source file and what is known about it so far.
class Source {
 public:
  explicit Source(const std::string& path) : path_(path), stamp_(stamp_of(path)) {}

  const std::string& path() const { return path_; }
  const std::optional<FileStamp>& stamp() const { return stamp_; }  // as it was before it was read

  std::optional<std::string_view> text() {
    if (!has_tried_) {
      has_tried_ = true;
      file_ = read_file(path_);
      error_number_ = errno;
    }
    return file_ ? std::optional(file_->data()) : std::nullopt;
  }
  int error_number() const { return error_number_; }

  std::optional<uint64_t> hash() {
    if (!hash_ && text()) hash_ = source_hash(*text());
    return hash_;
  }

 private:
  const std::string& path_;
  std::optional<FileStamp> stamp_;
  bool has_tried_ = false;
  std::optional<FileContents> file_;
  std::optional<uint64_t> hash_;
  int error_number_ = 0;
};

// Looks at one cache file of a source and says whether its code may be used.
class Candidate {
 public:
  Candidate(const std::string& path, Source& source, const CacheSettings& settings,
            CacheReport* report)
      : path_(path),
        folder_(folder_of(path)),
        source_(source),
        settings_(settings),
        report_(report) {}

  bool is_valid() {
    return is_present() && has_header() && is_undamaged() && has_source() && is_fresh();
  }
  // The code; nullptr if it turns out to be damaged after all.
  Code* code(Thread& thread);
  // Of a file that has a header, whether it is valid or not.
  std::optional<uint32_t> flags() const {
    if (!file_ || file_->data().size() < kCacheHeaderSize ||
        word_at(file_->data(), 0) != kBytecodeMagic)
      return std::nullopt;
    const uint32_t flags = word_at(file_->data(), 4);
    return flags & ~uint32_t{kHashBased | kCheckSource} ? std::nullopt : std::optional(flags);
  }

 private:
  bool is_present();
  bool has_header();
  bool is_undamaged();
  bool has_source() {
    return source_.stamp() || check("source", false, [&] { return source_.path() + " is gone"; });
  }
  bool is_fresh() { return *flags() & kHashBased ? has_fresh_hash() : has_fresh_stamp(); }
  bool has_fresh_stamp();
  bool has_fresh_hash();
  bool is_proved_by_hash();
  bool is_later_than(const FileStamp& source);
  std::string_view header() const { return file_->data().substr(0, kCacheHeaderSize); }
  uint64_t key() const { return index_key(file_name(path_), header()); }
  bool has_source_hash(uint64_t hash) const {
    return std::memcmp(file_->data().data() + 8, &hash, 8) == 0;
  }

  // Builds the detail only if somebody wants to know it.
  template <typename Detail>
  bool check(std::string_view what, bool passed, Detail detail) {
    if (report_) report_->add(path_, what, passed, detail());
    return passed;
  }

  const std::string& path_;
  const std::string folder_;
  Source& source_;
  const CacheSettings& settings_;
  CacheReport* report_;
  std::optional<FileContents> file_;
  uint64_t contents_ = 0;
  std::optional<IndexRecord> record_;  // of just these contents
  bool record_is_old_ = false;         // the source was touched since
};

std::string none() {
  return {};
}

bool Candidate::is_present() {
  file_ = read_file(path_);
  const int error_number = errno;
  return check("present", file_.has_value(),
               [&] { return file_ ? std::string() : std::string(std::strerror(error_number)); });
}

bool Candidate::has_header() {
  const std::string_view data = file_->data();
  if (!check("size", data.size() > kCacheHeaderSize,
             [&] { return std::to_string(data.size()) + " bytes"; }))
    return false;
  const auto magic = [&] {
    return "magic number " + std::to_string(word_at(data, 0) & 0xFFFF) + ", wanted " +
           std::to_string(kBytecodeMagic & 0xFFFF);
  };
  if (!check("magic", word_at(data, 0) == kBytecodeMagic, magic)) return false;
  return check("flags", flags().has_value(),
               [&] { return "flags " + std::to_string(word_at(data, 4)); });
}

// Files with this name and header were seen before, but none like this: somebody changed some
// bytes. Only a hash-based file may have been made anew from another source with the same header.
bool Candidate::is_undamaged() {
  contents_ = content_hash(file_->data());
  for (const bool again : {false, true}) {
    const std::vector<IndexRecord> records = find_index_records(folder_, key(), again);
    for (const IndexRecord& record : records) {
      if (record.contents != contents_) continue;
      record_ = record;
      return check("checksum", true, [&] { return hexadecimal(contents_) + " is in the index"; });
    }
    if (records.empty() && !again) continue;
    if (!records.empty() && again) {
      const auto detail = [&] {
        return hexadecimal(contents_) + ", the index has " + hexadecimal(records[0].contents);
      };
      return check("checksum", false, detail);
    }
  }
  // A flipped flag would turn a timestamp into a hash that nobody compares.
  const auto& stamp = source_.stamp();
  const bool looks_like_stamp = *flags() & kHashBased && stamp &&
                                word_at(file_->data(), 8) == stamp->modified_second() &&
                                word_at(file_->data(), 12) == stamp->size_word();
  if (looks_like_stamp)
    return check("flags", false, [] { return std::string("hash-based, but with a timestamp"); });
  if (report_)
    check("checksum", true, [&] { return hexadecimal(contents_) + " is not in the index"; });
  return true;
}

bool Candidate::has_fresh_stamp() {
  const FileStamp& stamp = *source_.stamp();
  const uint32_t modified = word_at(file_->data(), 8), size = word_at(file_->data(), 12);
  const auto times = [&] {
    return "source modified " + std::to_string(stamp.modified_second()) + ", recorded " +
           std::to_string(modified);
  };
  if (!check("mtime", modified == stamp.modified_second(), times)) return false;
  const auto sizes = [&] {
    return "source has " + std::to_string(stamp.size_word()) + " bytes, recorded " +
           std::to_string(size);
  };
  if (!check("size of source", size == stamp.size_word(), sizes)) return false;
  if (record_ && record_->is_same_source(stamp)) {
    return check("stamp", true,
                 [] { return std::string("nothing has touched the source since it was hashed"); });
  }
  if (record_ && record_->has_source()) return is_proved_by_hash();
  return is_later_than(stamp);
}

// Without a record all we know is which file was written first. The stamps of one file system can
// be compared unless they are whole seconds; a file that was copied or unpacked since has only its
// mtime left.
bool Candidate::is_later_than(const FileStamp& source) {
  const bool are_fine = source.modified % kSecond != 0 && source.changed % kSecond != 0;
  const int64_t age = file_->stamp.modified - source.modified;
  const bool is_later =
      are_fine && file_->stamp.modified > std::max(source.modified, source.changed);
  return check("age", is_later || age >= kSafeAge,
               [&] { return "written " + std::to_string(age / 1000000) + " ms after the source"; });
}

bool Candidate::is_proved_by_hash() {
  record_is_old_ = true;
  const std::optional<uint64_t> hash = source_.hash();
  const auto detail = [&] {
    return "source hash " + hexadecimal(hash.value_or(0)) + ", recorded " +
           hexadecimal(record_->source_hash);
  };
  return check("hash", hash && *hash == record_->source_hash, detail);
}

bool Candidate::has_fresh_hash() {
  const bool is_checked = settings_.check_hash == CheckHash::Always ||
                          (settings_.check_hash == CheckHash::Default && *flags() & kCheckSource);
  if (!is_checked)
    return check("unchecked hash", true, [] { return std::string("the source does not matter"); });
  const std::optional<uint64_t> hash = source_.hash();
  uint64_t recorded;
  std::memcpy(&recorded, file_->data().data() + 8, 8);
  const auto detail = [&] {
    return "source hash " + hexadecimal(hash.value_or(0)) + ", recorded " + hexadecimal(recorded);
  };
  return check("hash", hash && *hash == recorded, detail);
}

Code* Candidate::code(Thread& thread) {
  size_t used = 0;
  const Value value = record_ ? marshal_load_code(thread, *file_->bytes, kCacheHeaderSize)
                              : marshal_load(thread, file_->data().substr(kCacheHeaderSize), &used);
  if (value.is_empty()) {
    const Value exception = take_exception(thread);
    check("unmarshal", false, [&] {
      return "offset " + std::to_string(kCacheHeaderSize + used) + ": " +
             to_utf8(type_of(exception).name);
    });
    return nullptr;
  }
  const bool is_code = check("unmarshal", is_exact(value, Kind::Code), none);
  if (!is_code) return nullptr;
  Code* code = value.as<Code>();
  if (!record_) {
    const auto fault = find_bytecode_fault(*code);
    if (!check("bytecode", !fault, [&] { return fault ? describe(*fault) : std::string(); }))
      return nullptr;
  }
  if (settings_.may_write && (!record_ || record_is_old_)) {
    IndexRecord record = record_.value_or(IndexRecord{.key = key(), .contents = contents_});
    if (!(*flags() & kHashBased) && source_.hash())
      record.set_source(*source_.hash(), *source_.stamp());
    add_index_record(folder_, record);
  }
  return code;
}

// What to write for code compiled from `source`; a hash-based file stays one (`old_flags`).
Result<std::string> cache_contents(Thread& thread, Code& code, Source& source, uint32_t old_flags) {
  std::string data;
  append_word(data, kBytecodeMagic);
  append_word(data, old_flags);
  if (old_flags & kHashBased) {
    const uint64_t hash = *source.hash();
    data.append(reinterpret_cast<const char*>(&hash), 8);
  } else {
    append_word(data, source.stamp()->modified_second());
    append_word(data, static_cast<uint32_t>(source.text()->size()));
  }
  data += TRY(marshal_dump(thread, &code)).view();
  return data;
}

// The decision about one source file, and what follows from it.
class SourceFile {
 public:
  SourceFile(const std::string& path, const CacheSettings& settings, CacheReport* report)
      : source_(path),
        settings_(settings),
        report_(report),
        own_path_(cache_path(path, settings)),
        foreign_path_(cache_path(path, settings, kForeignCacheTag)) {}

  Source& source() { return source_; }

  // From one of the two cache files, or from the private store. nullptr: it has to be compiled.
  Code* cached_code(Thread& thread) {
    looked_at_ = current_time();
    if (source_.stamp() && !own_path_.empty()) {
      for (const std::string* path : {&own_path_, &foreign_path_}) {
        Candidate candidate(*path, source_, settings_, report_);
        Code* code = candidate.is_valid() ? candidate.code(thread) : nullptr;
        if (code) return report("read", *path), code;
        if (path == &own_path_) old_flags_ = candidate.flags().value_or(0);
      }
    }
    Code* code = stored_code(thread);
    if (code && settings_.may_write && write_own_file(thread, *code)) {
      report("read from the store and written to", own_path_);
    }
    return code;
  }

  void keep(Thread& thread, Code& code) {
    report("compiled", "");
    if (!settings_.may_write) return;
    if (write_own_file(thread, code)) return report("compiled and written to", own_path_);
    const auto data = marshal_dump(thread, &code);
    const StoreKey key = stored_as(*source_.text(), settings_);
    if (data.failed()) {
      take_exception(thread);
    } else if (write_to_store(key, data.value().view())) {
      report("compiled and stored in", store_path(key));
    }
  }

 private:
  void report(const char* outcome, const std::string& file) {
    if (!report_) return;
    report_->outcome = outcome;
    report_->file = file;
  }

  // Asked only when nothing was found, so it may cost something. Who names a prefix wants files
  // there.
  bool has_own_folder() {
    if (!has_own_folder_) {
      has_own_folder_ =
          !own_path_.empty() && (!settings_.prefix.empty() || is_own_folder(folder_of(own_path_)));
    }
    return *has_own_folder_;
  }

  Code* stored_code(Thread& thread) {
    if (!source_.text()) return nullptr;
    const StoreKey key = stored_as(*source_.text(), settings_);
    const std::string path = store_path(key);
    const std::optional<FileContents> file = read_from_store(key);
    if (report_ && !path.empty()) report_->add(path, "present", file.has_value());
    if (!file) return nullptr;
    const Value code = marshal_load_code(thread, *file->bytes, kStoreHeaderSize);
    if (code.is_empty()) take_exception(thread);
    if (!is_exact(code, Kind::Code)) return nullptr;
    set_code_filename(*code.as<Code>(), from_filename(source_.path()));
    report("read", path);
    return code.as<Code>();
  }

  // The file gets the time at which the source was looked at, not that at which the compiler was
  // done.
  bool write_own_file(Thread& thread, Code& code) {
    if (!source_.stamp() || !has_own_folder() || !make_folder(folder_of(own_path_), 0777))
      return false;
    const auto data = cache_contents(thread, code, source_, old_flags_);
    if (data.failed()) {
      take_exception(thread);
      return false;
    }
    const uint32_t mode = (source_.stamp()->mode | 0200) & 0666;
    if (!write_file_atomically(own_path_, data.value(), mode, looked_at_)) return false;
    const std::string_view header = std::string_view(data.value()).substr(0, kCacheHeaderSize);
    IndexRecord record{.key = index_key(file_name(own_path_), header),
                       .contents = content_hash(data.value())};
    record.set_source(*source_.hash(), *source_.stamp());
    add_index_record(folder_of(own_path_), record);
    return true;
  }

  Source source_;
  const CacheSettings& settings_;
  CacheReport* report_;
  const std::string own_path_, foreign_path_;
  int64_t looked_at_ = 0;
  uint32_t old_flags_ = 0;
  std::optional<bool> has_own_folder_;
};

// A report that is written to the log, if there is one.
class LoggedReport {
 public:
  explicit LoggedReport(const std::string& path) : path_(path) {}
  ~LoggedReport() {
    if (is_cache_logged()) log_cache_decision(path_, report_);
  }
  LoggedReport(const LoggedReport&) = delete;
  LoggedReport& operator=(const LoggedReport&) = delete;
  CacheReport* get() { return is_cache_logged() ? &report_ : nullptr; }

 private:
  const std::string& path_;
  CacheReport report_;
};

}  // namespace

Result<Code*> code_of_source_file(Thread& thread, Str* source_name, const CacheSettings& settings,
                                  CompileCallback compile) {
  const std::string path = TRY(to_filename(thread, source_name));
  LoggedReport report(path);
  SourceFile file(path, settings, report.get());
  if (Code* code = file.cached_code(thread)) {
    set_code_filename(*code, source_name);
    return code;
  }
  const auto text = file.source().text();
  if (!text) return raise_os_error(thread, file.source().error_number(), source_name);
  Code* code = TRY(compile(thread, *text, source_name));
  file.keep(thread, *code);
  return code;
}

CacheReport explain_source_file(Thread& thread, const std::string& source_path,
                                const CacheSettings& settings) {
  CacheReport report;
  CacheSettings reading = settings;
  reading.may_write = false;
  SourceFile file(source_path, reading, &report);
  if (file.cached_code(thread)) return report;
  report.outcome = file.source().text() ? "compile" : "cannot be read";
  report.file = source_path;
  return report;
}

CacheReport explain_cache_file(Thread& thread, const std::string& cache_file,
                               const std::string& source_path, const CacheSettings& settings) {
  CacheReport report;
  CacheSettings reading = settings;
  reading.may_write = false;
  Source source(source_path);
  Candidate candidate(cache_file, source, reading, &report);
  report.file = cache_file;
  const bool is_fresh = candidate.is_valid();
  report.outcome = candidate.flags() && !candidate.code(thread) ? "damaged"
                   : is_fresh                                   ? "valid"
                                                                : "not used";
  return report;
}

Result<Code*> code_of_source_text(Thread& thread, std::string_view source, Str* filename,
                                  const CacheSettings& settings, CompileCallback compile) {
  if (source.size() < kSmallestStored) return compile(thread, source, filename);
  const std::string shown = to_utf8(filename);
  LoggedReport report(shown);
  const StoreKey key = stored_as(source, settings);
  if (const auto file = read_from_store(key)) {
    const Value code = marshal_load_code(thread, *file->bytes, kStoreHeaderSize);
    if (is_exact(code, Kind::Code)) {
      if (report.get()) report.get()->outcome = "read", report.get()->file = store_path(key);
      set_code_filename(*code.as<Code>(), filename);
      return code.as<Code>();
    }
    take_exception(thread);
  }
  const uint64_t warnings = compiler_warning_count;
  Code* code = TRY(compile(thread, source, filename));
  if (report.get()) report.get()->outcome = "compiled";
  if (!settings.may_write || compiler_warning_count != warnings) return code;
  const auto data = marshal_dump(thread, code);
  if (data.failed()) {
    take_exception(thread);
  } else if (write_to_store(key, data.value().view()) && report.get()) {
    report.get()->outcome = "compiled and stored in", report.get()->file = store_path(key);
  }
  return code;
}

CacheReport explain_source_text(std::string_view source, std::string_view filename,
                                const CacheSettings& settings) {
  CacheReport report;
  report.outcome = "compile";
  report.file = filename;
  const auto sizes = [&] {
    return std::to_string(source.size()) + " bytes; stored from " +
           std::to_string(kSmallestStored) + " on";
  };
  report.add(filename, "size", source.size() >= kSmallestStored, sizes());
  if (!report.checks.back().passed) return report;
  const StoreKey key = stored_as(source, settings);
  const std::string path = store_path(key);
  const bool is_present = read_from_store(key).has_value();
  report.add(path.empty() ? "private store" : path, "present", is_present);
  if (is_present) report.outcome = "read", report.file = path;
  return report;
}

namespace {

Failure raise_damaged(Thread& thread, Str* module_name, Str* path, size_t offset,
                      const std::string& what) {
  const std::string message = to_utf8(path) + ", offset " + std::to_string(offset) + ": " + what;
  raise(thread, ImportError, "damaged bytecode file {}", message);
  const Value exception = take_exception(thread);
  const bool is_complete = !set_attribute(thread, exception, "name", module_name).failed() &&
                           !set_attribute(thread, exception, "path", path).failed();
  if (!is_complete) return error;
  return restore_exception(thread, exception);
}

}  // namespace

namespace {

// Writers and importers may name it differently.
std::string real_folder(const std::string& path) {
  char buffer[PATH_MAX];
  const std::string folder = folder_of(path);
  return realpath(folder.c_str(), buffer) ? buffer : folder;
}

// What is known of a file that has no source: its bytes when it was written or loaded here, as long
// as it is the same file.
class BareFile {
 public:
  BareFile(const std::string& path, std::string_view data) : folder_(real_folder(path)) {
    record_.key = index_key(file_name(path), data.substr(0, kCacheHeaderSize));
    record_.contents = content_hash(data);
    const auto identity = identity_of(path);
    is_identified_ = identity.has_value();
    if (!identity) return;
    record_.source_inode = identity->inode;
    record_.source_changed = identity->born;
  }

  enum class State { Unknown, AsItWas, Damaged };
  State state() const {
    bool is_known = false;
    for (const IndexRecord& known :
         find_index_records(folder_, record_.key, false, Indexed::BareFiles)) {
      const bool is_same = known.source_inode == record_.source_inode &&
                           known.source_changed == record_.source_changed;
      if (!is_same || !is_identified_) continue;
      if (known.contents == record_.contents) return State::AsItWas;
      is_known = true;
    }
    return is_known ? State::Damaged : State::Unknown;
  }
  void note() const {
    if (is_identified_) add_index_record(folder_, record_, true, Indexed::BareFiles);
  }

 private:
  const std::string folder_;
  IndexRecord record_;
  bool is_identified_;
};

// NAME.pyc; cache files have a tag in their names.
bool is_bare_name(std::string_view name) {
  return name.ends_with(".pyc") && name.find('.') == name.size() - 4;
}

}  // namespace

Result<Code*> code_of_cache_file(Thread& thread, Str* name, Str* module_name, bool may_write) {
  const std::string path = TRY(to_filename(thread, name));
  const auto file = read_file(path);
  if (!file) return raise_os_error(thread, errno, name);
  const auto damaged = [&](size_t offset, const std::string& what) {
    return raise_damaged(thread, module_name, name, offset, what);
  };
  const std::string_view data = file->data();
  if (data.size() < kCacheHeaderSize) return damaged(data.size(), "the header is not whole");
  if (word_at(data, 0) != kBytecodeMagic) return damaged(0, "bad magic number");
  if (word_at(data, 4) & ~uint32_t{kHashBased | kCheckSource}) return damaged(4, "unknown flags");
  const BareFile bare(path, data);
  const BareFile::State state = bare.state();
  if (state == BareFile::State::Damaged)
    return damaged(kCacheHeaderSize, "not the bytes that were written (checksum)");
  size_t used = 0;
  const Value value = state == BareFile::State::AsItWas
                          ? marshal_load_code(thread, *file->bytes, kCacheHeaderSize)
                          : marshal_load(thread, data.substr(kCacheHeaderSize), &used);
  if (value.is_empty()) {
    const Value exception = take_exception(thread);
    const auto text = str(thread, exception);
    if (text.failed()) take_exception(thread);
    return damaged(kCacheHeaderSize + used, text.failed() ? "unreadable" : to_utf8(text.value()));
  }
  if (!is_exact(value, Kind::Code)) return damaged(kCacheHeaderSize, "not a code object");
  if (state == BareFile::State::AsItWas) return value.as<Code>();
  if (const auto fault = find_bytecode_fault(*value.as<Code>()))
    return damaged(kCacheHeaderSize, describe(*fault));
  if (may_write) bare.note();
  return value.as<Code>();
}

void note_written_cache_file(const std::string& path, std::string_view data) {
  if (data.size() < kCacheHeaderSize || !path.ends_with(".pyc")) return;
  if (is_bare_name(file_name(path))) {
    return BareFile(path, data).note();
  }
  const IndexRecord record{.key = index_key(file_name(path), data.substr(0, kCacheHeaderSize)),
                           .contents = content_hash(data)};
  add_index_record(folder_of(path), record, false);
}

}  // namespace minipy
