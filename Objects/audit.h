// Audit events of what happens to code and of the attributes that show or change what code does (PEP 578). The hook is there
// once Python has added one of its own.
#pragma once

#include <initializer_list>
#include <string_view>

#include "Objects/result.h"
#include "Objects/str.h"

namespace minipy {

extern Status (*audit_hook)(Thread& thread, std::string_view event, std::initializer_list<Value> arguments);

// object.__getattr__
inline Status audit_read(Thread& thread, Value object, std::string_view name) {
  if (!audit_hook) return nothing;
  return audit_hook(thread, "object.__getattr__", {object, intern(name)});
}

// object.__setattr__, or object.__delattr__ for an empty value. Call it before anything is changed.
inline Status audit_change(Thread& thread, Value object, std::string_view name, Value value) {
  if (!audit_hook) return nothing;
  if (value.is_empty()) return audit_hook(thread, "object.__delattr__", {object, intern(name)});
  return audit_hook(thread, "object.__setattr__", {object, intern(name), value});
}

}  // namespace minipy
