// Modules of one function or two: _uuid, _typing, syslog.
#include <syslog.h>
#include <uuid/uuid.h>

#include <string>

#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"
#include "Objects/container_support.h"

namespace minipy {
namespace {

// ---- _uuid ----

Value generate_time_safe() {
  uuid_t id;
  const int status = uuid_generate_time_safe(id);
  return make_tuple({make_bytes({reinterpret_cast<const char*>(id), sizeof id}), make_int(status)});
}
const MethodRow uuid_functions[] = {
    function<generate_time_safe>("!generate_time_safe($module, /)", nullptr),
};
Status initialize_uuid(Thread&, Module& module) {
  module_add(module, "has_uuid_generate_time_safe", Value::from_int(1));
  return nothing;
}

// ---- _typing ----

Value identity(Value x) { return x; }
const MethodRow typing_functions[] = {function<identity>("_idfunc($module, x, /)", nullptr)};

// ---- syslog ----

std::string identification;  // openlog() keeps its address
bool is_open = false;

// The script's name, without its folder, if nobody said who is talking.
Result<std::string> default_identification(Thread& thread) {
  const Value arguments = TRY(import_attribute(thread, "sys", "argv"));
  if (!is_list(arguments) || arguments.as<List>()->size == 0 || !is_str(arguments.as<List>()->at(0))) return std::string();
  const std::string script = to_utf8(arguments.as<List>()->at(0).as<Str>());
  return script.substr(script.rfind('/') + 1);
}

Status open_log(Thread& thread, Str* name, int64_t options, int64_t facility) {
  identification = name ? TRY(to_utf8_strict(thread, name)) : TRY(default_identification(thread));
  const Value shown = identification.empty() ? None : Value(make_str(identification));
  TRY(audit(thread, "syslog.openlog", {shown, make_int(options), make_int(facility)}));
  openlog(identification.empty() ? nullptr : identification.c_str(), static_cast<int>(options), static_cast<int>(facility));
  is_open = true;
  return nothing;
}

Value write_log(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "syslog.syslog", keyword_names));
  const bool has_priority = count == 2 && is_any_int(arguments[0]);
  if (count < 1 || count > 2 || (count == 2 && !has_priority) || !is_str(arguments[count - 1])) {
    return raise(thread, TypeError, "[priority,] message string");
  }
  const int priority = has_priority ? TRY(argument_int(thread, arguments[0])) : LOG_INFO;
  const std::string message = TRY(to_utf8_strict(thread, arguments[count - 1].as<Str>()));
  TRY(audit(thread, "syslog.syslog", {make_int(priority), arguments[count - 1]}));
  if (!is_open) TRY(open_log(thread, nullptr, 0, LOG_USER));
  const std::string guarded = identification;
  const WithoutGil guard(thread);
  syslog(priority, "%s", message.c_str());
  return None;
}

Status close_log(Thread& thread) {
  TRY(audit(thread, "syslog.closelog", {}));
  if (is_open) closelog();
  identification.clear();
  is_open = false;
  return nothing;
}
Result<int> set_log_mask(Thread& thread, int64_t mask) {
  TRY(audit(thread, "syslog.setlogmask", {make_int(mask)}));
  return setlogmask(static_cast<int>(mask));
}
int64_t log_mask(int64_t priority) { return LOG_MASK(priority); }
int64_t log_up_to(int64_t priority) { return LOG_UPTO(priority); }

const MethodRow syslog_functions[] = {
    function<log_mask>("!LOG_MASK($module, pri, /)", nullptr),
    function<log_up_to>("!LOG_UPTO($module, pri, /)", nullptr),
    function<close_log>("!closelog($module, /)", nullptr),
    function<open_log>("!openlog($module, /, ident=None, logoption=0, facility=8)", nullptr),
    function<set_log_mask>("!setlogmask($module, mask, /)", nullptr),
    raw_function(write_log, "syslog", nullptr),
};

struct Constant {
  const char* name;
  int value;
};
const Constant syslog_constants[] = {
#define C(name) {#name, name},
    C(LOG_EMERG) C(LOG_ALERT) C(LOG_CRIT) C(LOG_ERR) C(LOG_WARNING) C(LOG_NOTICE) C(LOG_INFO) C(LOG_DEBUG) C(LOG_PID)
    C(LOG_CONS) C(LOG_NDELAY) C(LOG_ODELAY) C(LOG_NOWAIT) C(LOG_PERROR) C(LOG_KERN) C(LOG_USER) C(LOG_MAIL) C(LOG_DAEMON)
    C(LOG_AUTH) C(LOG_LPR) C(LOG_LOCAL0) C(LOG_LOCAL1) C(LOG_LOCAL2) C(LOG_LOCAL3) C(LOG_LOCAL4) C(LOG_LOCAL5)
    C(LOG_LOCAL6) C(LOG_LOCAL7) C(LOG_SYSLOG) C(LOG_CRON) C(LOG_UUCP) C(LOG_NEWS) C(LOG_AUTHPRIV)
#undef C
};
Status initialize_syslog(Thread&, Module& module) {
  for (const Constant& constant : syslog_constants) module_add(module, constant.name, make_int(constant.value));
  return nothing;
}

}  // namespace

extern const ModuleSpec uuid_module = {"_uuid", nullptr, uuid_functions, initialize_uuid};
extern const ModuleSpec typing_module = {"_typing", "A helper of the typing module.", typing_functions};
extern const ModuleSpec syslog_module = {"syslog", nullptr, syslog_functions, initialize_syslog};

}  // namespace minipy
