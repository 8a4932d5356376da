// Exceptions that carry a value or a name: StopIteration, SystemExit, KeyError, NameError,
// AttributeError, ImportError.
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/exception_types.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

Status stop_iteration_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(base_exception_init(thread, self, arguments, count, keyword_names));
  self.as<StopIterationObject>()->value = count ? arguments[0] : None;
  return nothing;
}
const MethodRow stop_iteration_methods[] = {
    field_member<StopIterationObject, &StopIterationObject::value>("value", "generator return value"),
};

Status system_exit_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(base_exception_init(thread, self, arguments, count, keyword_names));
  Value& code = self.as<SystemExitObject>()->code;
  if (count == 1) code = arguments[0];
  if (count > 1) code = exception_object(self).arguments;
  return nothing;
}
const MethodRow system_exit_methods[] = {
    field_member<SystemExitObject, &SystemExitObject::code>("code", "exception code"),
};

// A missing key is shown by repr(): '' and spaces would not be seen otherwise.
Value key_error_str(Thread& thread, Value self) {
  const Tuple& arguments = *exception_object(self).arguments;
  if (arguments.size == 1) return TRY(repr(thread, arguments.items[0]));
  return base_exception_str(thread, self);
}

Status name_error_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(base_exception_init(thread, self, arguments, count, Value()));
  Value name = None;
  TRY(take_keywords(thread, "NameError", arguments, count, keyword_names, {"name"}, &name));
  self.as<NameErrorObject>()->name = name;
  return nothing;
}
const MethodRow name_error_methods[] = {
    field_member<NameErrorObject, &NameErrorObject::name>("name", "name"),
};

Status attribute_error_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(base_exception_init(thread, self, arguments, count, Value()));
  Value values[2];  // empty if not given: then the lookup that fails sets them
  TRY(take_keywords(thread, "AttributeError", arguments, count, keyword_names, {"name", "obj"}, values));
  self.as<AttributeErrorObject>()->name = values[0];
  self.as<AttributeErrorObject>()->object = values[1];
  return nothing;
}
const MethodRow attribute_error_methods[] = {
    field_member<AttributeErrorObject, &AttributeErrorObject::name>("name", "attribute name"),
    field_member<AttributeErrorObject, &AttributeErrorObject::object>("obj", "object"),
};

// --- ImportError ---

Status import_error_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(base_exception_init(thread, self, arguments, count, Value()));
  Value values[2] = {None, None};
  TRY(take_keywords(thread, "ImportError", arguments, count, keyword_names, {"name", "path"}, values));
  auto& object = *self.as<ImportErrorObject>();
  object.name = values[0];
  object.path = values[1];
  object.message = count == 1 ? arguments[0] : None;
  return nothing;
}

Value import_error_str(Thread& thread, Value self) {
  const Value message = self.as<ImportErrorObject>()->message;
  return is_exact_str(message) ? message : base_exception_str(thread, self);
}

Value import_error_reduce(Thread& thread, Value self) {
  const auto& object = *self.as<ImportErrorObject>();
  Value state = TRY(exception_state_dict(thread, self));
  const bool has_name = !object.name.is_empty() && !object.name.is_none();
  const bool has_path = !object.path.is_empty() && !object.path.is_none();
  if (has_name || has_path) {
    Dict* dict = state.is_none() ? make_dict() : dict_copy(*state.as<Dict>());
    if (has_name) dict_set_str(*dict, "name", object.name);
    if (has_path) dict_set_str(*dict, "path", object.path);
    state = dict;
  }
  if (state.is_none()) return make_tuple({&type_of(self), object.arguments});
  return make_tuple({&type_of(self), object.arguments, state});
}

const MethodRow import_error_methods[] = {
    method<import_error_reduce>("!__reduce__($self, /)", ""),
    field_member<ImportErrorObject, &ImportErrorObject::message>("msg", "exception message"),
    field_member<ImportErrorObject, &ImportErrorObject::name>("name", "module name"),
    field_member<ImportErrorObject, &ImportErrorObject::path>("path", "module path"),
};

}  // namespace

void customize_details(Kind kind, TypeSpec& spec) {
  switch (kind) {
    case Kind::StopIteration:
      spec.instance_bytes = sizeof(StopIterationObject);
      spec.slots.init = stop_iteration_init;
      spec.methods = stop_iteration_methods;
      break;
    case Kind::SystemExit:
      spec.instance_bytes = sizeof(SystemExitObject);
      spec.slots.init = system_exit_init;
      spec.methods = system_exit_methods;
      break;
    case Kind::KeyError: spec.slots.str = key_error_str; break;
    case Kind::NameError:
      spec.instance_bytes = sizeof(NameErrorObject);
      spec.slots.init = name_error_init;
      spec.slots.str = base_exception_str;
      spec.methods = name_error_methods;
      break;
    case Kind::AttributeError:
      spec.instance_bytes = sizeof(AttributeErrorObject);
      spec.slots.init = attribute_error_init;
      spec.slots.str = base_exception_str;
      spec.methods = attribute_error_methods;
      break;
    case Kind::ImportError:
      spec.instance_bytes = sizeof(ImportErrorObject);
      spec.slots.init = import_error_init;
      spec.slots.str = import_error_str;
      spec.methods = import_error_methods;
      break;
    default: break;
  }
}

}  // namespace minipy
