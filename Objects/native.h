// Binding C++ functions to Python: a row has the text signature, the docstring and the function,
// whose parameter types do the conversions.
//
//   Value insert(Thread& thread, List& self, int64_t position, Value item);
//   const MethodRow list_methods[] = {
//       method<insert>("insert($self, index, object, /)", "Put object in front of the item at
//       index."), getter<get_name, set_name>("name", "..."),
//   };
//
// The signature is bound once, here: arity errors, keywords, defaults, __text_signature__ and
// help() come from it, with CPython's wording (which depends on the kinds of the parameters).
// A parameter's default may be None, True, False, Ellipsis, an int, a float, a simple string,
// b'' or (); with any other text (`<unrepresentable>`, a name) an omitted argument arrives as an
// empty Value. A leading '!' hides the signature from __text_signature__ (CPython has none there).
//
// C++ parameter types: Value (as it came; empty if omitted without a simple default), bool (truth),
// int, int64_t, size_t, double, Str&, Bytes&..., any `Layout&` (must be of that kind), `Layout*`
// (or None: nullptr), std::span<const Value> for *args, Dict* for **kwargs (nullptr if empty).
// $self is `Layout&` or Value; $type is Type&; $module is left out unless declared as Module&.
// A leading Thread& is optional. Return types: Value, Status/void (None), bool, int, int64_t,
// size_t, double, pointers to objects, and Result<> of them.
#pragma once

#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include "Objects/dict.h"
#include "Objects/result.h"
#include "Objects/slots.h"
#include "Objects/type.h"

namespace minipy {

struct Module;
struct MethodRow;

// A signature taken apart; made at the first call.
struct Parameter {
  Str* name;            // interned
  Value default_value;  // empty: none, or not representable
  bool has_default;
};
struct Signature {
  static constexpr int kMaxParameters = 24;
  Str* name;  // of the function
  Parameter parameters[kMaxParameters];
  int count = 0;            // without *args and **kwargs, $self included where there is one
  int positional_only = 0;  // the first so many, $self included
  int positional = 0;       // positional ones altogether
  int required = 0;         // first so many without default
  bool has_self = false;
  bool has_rest = false, has_keywords = false;
  const char* text = nullptr;  // "($self, index, object, /)"
};

// What a binder gets: one value for each parameter, then the rest.
struct BoundArguments {
  const Value* values;
  std::span<const Value> rest;
  Dict* keywords;
};
using Binder = Value (*)(Thread&, const BoundArguments& bound, const MethodRow& row);

struct MethodRow {
  enum RowKind : uint8_t { Method, ClassMethod, StaticMethod, Function, Getter, Member };
  RowKind kind;
  bool takes_module;      // the C++ function wants its Module&
  const char* signature;  // with the name first; just the name for getters
  const char* doc;
  Binder binder = nullptr;       // methods and functions
  NativeFunction raw = nullptr;  // instead of a binder: arguments as they came, self first
  UnarySlot get = nullptr;       // getters
  Status (*set)(Thread&, Value self, Value value) = nullptr;  // an empty value deletes
  mutable Signature* parsed = nullptr;
};

const Signature& signature_of(const MethodRow& row);
std::string_view name_of(const MethodRow& row);

// Calls the row's function with arguments as a Python call brings them; a method's self comes
// first. `callee` is what was called, for the name in messages ("list.append() takes ..."): a
// BuiltinFunction, the class of a descriptor, or empty.
Value call_row(Thread& thread, const MethodRow& row, Value callee, const Value* arguments,
               size_t argument_count, Value keyword_names);
// Binds to `signature` as call_row does, for functions that parse their arguments themselves.
// `bound` has room for signature.count values.
Status bind_arguments(Thread& thread, const Signature& signature, Value callee,
                      const Value* arguments, size_t argument_count, Value keyword_names,
                      Value* bound, BoundArguments& result);

// Conversions of one argument; in native.cpp. `index` counts without self.
struct ArgumentPlace {
  const MethodRow& row;
  int index;
};
Result<int64_t> argument_int64(Thread&, Value);
Result<int> argument_int(Thread&, Value);
Result<size_t> argument_size(Thread&, Value);
Result<bool> argument_truth(Thread&, Value);
Result<double> argument_double(Thread&, Value);
Failure raise_argument_type(Thread&, const ArgumentPlace& place, Kind wanted, bool or_none,
                            Value got);
Value int_result(int64_t value);
Value double_result(double value);

namespace native {

template <typename T>
auto convert(Thread& thread, Value value, const ArgumentPlace& place) {
  using Bare = std::remove_cvref_t<T>;
  if constexpr (std::is_same_v<Bare, Value>) {
    return Result<Value>(value);
  } else if constexpr (std::is_same_v<T, bool>) {
    return argument_truth(thread, value);
  } else if constexpr (std::is_same_v<T, int>) {
    return argument_int(thread, value);
  } else if constexpr (std::is_same_v<T, int64_t>) {
    return argument_int64(thread, value);
  } else if constexpr (std::is_same_v<T, size_t>) {
    return argument_size(thread, value);
  } else if constexpr (std::is_same_v<T, double>) {
    return argument_double(thread, value);
  } else if constexpr (std::is_pointer_v<T>) {
    using Layout = std::remove_pointer_t<T>;
    if (value.is_empty() || value.is_none()) return Result<Layout*>(nullptr);
    if (has_kind(value, Layout::kKind)) return Result<Layout*>(value.as<Layout>());
    return Result<Layout*>(raise_argument_type(thread, place, Layout::kKind, true, value));
  } else {
    static_assert(std::is_lvalue_reference_v<T>, "no conversion for this parameter type");
    if (has_kind(value, Bare::kKind)) return Result<Bare*>(value.as<Bare>());
    return Result<Bare*>(raise_argument_type(thread, place, Bare::kKind, false, value));
  }
}

template <typename T, typename U>
decltype(auto) pass(U& converted) {
  if constexpr (std::is_lvalue_reference_v<T> && !std::is_same_v<std::remove_cvref_t<T>, Value>) {
    return *converted;
  } else {
    return static_cast<U&>(converted);
  }
}

template <typename R>
Value to_value(R&& result) {
  using Bare = std::remove_cvref_t<R>;
  if constexpr (std::is_same_v<Bare, Value>) {
    return result;
  } else if constexpr (std::is_same_v<Bare, Failure>) {
    return Value();
  } else if constexpr (std::is_same_v<Bare, Nothing>) {
    return None;
  } else if constexpr (std::is_same_v<Bare, bool>) {
    return Value::from_bool(result);
  } else if constexpr (std::is_integral_v<Bare>) {
    return int_result(static_cast<int64_t>(result));
  } else if constexpr (std::is_floating_point_v<Bare>) {
    return double_result(result);
  } else if constexpr (std::is_pointer_v<Bare>) {
    return Value(static_cast<const Object*>(result));
  } else {  // Result<T>
    if (result.failed()) return Value();
    return to_value(std::move(result.value()));
  }
}

// Calls `target` with converted[0..] once each argument has been converted, left to right.
template <auto target, bool with_thread, typename R, typename... A>
struct Adaptor {
  template <size_t place, typename... Converted>
  static Value step(Thread& thread, const BoundArguments& bound, const MethodRow& row,
                    int next_value, Converted&... converted) {
    if constexpr (place == sizeof...(A)) {
      return finish(thread, std::index_sequence_for<A...>(), converted...);
    } else {
      using T = std::tuple_element_t<place, std::tuple<A...>>;
      if constexpr (std::is_same_v<T, std::span<const Value>>) {
        std::span<const Value> rest = bound.rest;
        return step<place + 1>(thread, bound, row, next_value, converted..., rest);
      } else if constexpr (std::is_same_v<T, Dict*>) {
        // **kwargs comes last; a Dict* before that is an ordinary optional argument.
        if (place + 1 == sizeof...(A) && signature_of(row).has_keywords) {
          Dict* keywords = bound.keywords;
          return step<place + 1>(thread, bound, row, next_value, converted..., keywords);
        }
        auto value = convert<T>(thread, bound.values[next_value], {row, next_value});
        if (value.failed()) return Value();
        return step<place + 1>(thread, bound, row, next_value + 1, converted..., value.value());
      } else if constexpr (place == 0 && std::is_lvalue_reference_v<T>) {
        // self: the descriptor has checked its type. The first argument of a plain function is like
        // any other.
        using Self = std::remove_cvref_t<T>;
        if constexpr (requires { Self::kKind; } && !std::is_same_v<Self, Module>) {
          const bool is_plain =
              row.kind == MethodRow::Function || row.kind == MethodRow::StaticMethod;
          if (is_plain && !has_kind(bound.values[0], Self::kKind)) {
            raise_argument_type(thread, {row, 0}, Self::kKind, false, bound.values[0]);
            return Value();
          }
        }
        auto self = bound.values[0].template as<Self>();
        return step<place + 1>(thread, bound, row, next_value + 1, converted..., self);
      } else {
        auto value = convert<T>(thread, bound.values[next_value], {row, next_value});
        if (value.failed()) return Value();
        return step<place + 1>(thread, bound, row, next_value + 1, converted..., value.value());
      }
    }
  }

  template <size_t... I, typename... Converted>
  static Value finish(Thread& thread, std::index_sequence<I...>, Converted&... converted) {
    if constexpr (with_thread) {
      if constexpr (std::is_void_v<R>) {
        target(thread, pass<A>(converted)...);
        return None;
      } else {
        return to_value(target(thread, pass<A>(converted)...));
      }
    } else {
      (void)thread;
      if constexpr (std::is_void_v<R>) {
        target(pass<A>(converted)...);
        return None;
      } else {
        return to_value(target(pass<A>(converted)...));
      }
    }
  }

  static Value bind(Thread& thread, const BoundArguments& bound, const MethodRow& row) {
    return step<0>(thread, bound, row, 0);
  }
  static constexpr bool kTakesModule = (std::is_same_v<A, Module&> || ...);
  static Value get(Thread& thread, Value self) {
    static_assert(sizeof...(A) <= 1);
    const BoundArguments bound{&self, {}, nullptr};
    static const MethodRow none{};
    return step<0>(thread, bound, none, 0);
  }
};

template <auto target, typename F>
struct AdaptorFor;
template <auto target, typename R, typename... A>
struct AdaptorFor<target, R (*)(Thread&, A...)> : Adaptor<target, true, R, A...> {};
template <auto target, typename R, typename... A>
struct AdaptorFor<target, R (*)(A...)> : Adaptor<target, false, R, A...> {};

template <auto target>
constexpr MethodRow row(MethodRow::RowKind kind, const char* signature, const char* doc) {
  using Adapted = AdaptorFor<target, decltype(target)>;
  return MethodRow{kind, Adapted::kTakesModule, signature, doc, Adapted::bind};
}

}  // namespace native

template <auto target>
constexpr MethodRow method(const char* signature, const char* doc) {
  return native::row<target>(MethodRow::Method, signature, doc);
}
template <auto target>
constexpr MethodRow class_method(const char* signature, const char* doc) {  // ($type, ...)
  return native::row<target>(MethodRow::ClassMethod, signature, doc);
}
template <auto target>
constexpr MethodRow static_method(const char* signature, const char* doc) {
  return native::row<target>(MethodRow::StaticMethod, signature, doc);
}
// A function of a module: "name($module, x, /)".
template <auto target>
constexpr MethodRow function(const char* signature, const char* doc) {
  return native::row<target>(MethodRow::Function, signature, doc);
}
// Arguments as they come: `raw` is a NativeFunction; a method's self is arguments[0].
// `signature` may be just a name (then __text_signature__ is None).
constexpr MethodRow raw_method(NativeFunction raw, const char* signature, const char* doc) {
  return MethodRow{MethodRow::Method, false, signature, doc, nullptr, raw};
}
constexpr MethodRow raw_function(NativeFunction raw, const char* signature, const char* doc) {
  return MethodRow{MethodRow::Function, false, signature, doc, nullptr, raw};
}
constexpr MethodRow raw_class_method(NativeFunction raw, const char* signature, const char* doc) {
  return MethodRow{MethodRow::ClassMethod, false, signature, doc, nullptr, raw};
}
constexpr MethodRow raw_static_method(NativeFunction raw, const char* signature, const char* doc) {
  return MethodRow{MethodRow::StaticMethod, false, signature, doc, nullptr, raw};
}
// A computed attribute: get(thread, self), and set(thread, self, value) (empty value: delete).
template <auto get_function>
constexpr MethodRow getter(const char* name, const char* doc) {
  return MethodRow{MethodRow::Getter,
                   false,
                   name,
                   doc,
                   nullptr,
                   nullptr,
                   native::AdaptorFor<get_function, decltype(get_function)>::get};
}
template <auto get_function>
constexpr MethodRow getter(const char* name, const char* doc,
                           Status (*set)(Thread&, Value, Value)) {
  return MethodRow{MethodRow::Getter,
                   false,
                   name,
                   doc,
                   nullptr,
                   nullptr,
                   native::AdaptorFor<get_function, decltype(get_function)>::get,
                   set};
}
// The same, shown as member_descriptor (a plain read-only field in CPython).
template <auto get_function>
constexpr MethodRow member(const char* name, const char* doc) {
  return MethodRow{MethodRow::Member,
                   false,
                   name,
                   doc,
                   nullptr,
                   nullptr,
                   native::AdaptorFor<get_function, decltype(get_function)>::get};
}
template <auto get_function>
constexpr MethodRow member(const char* name, const char* doc,
                           Status (*set)(Thread&, Value, Value)) {
  return MethodRow{MethodRow::Member,
                   false,
                   name,
                   doc,
                   nullptr,
                   nullptr,
                   native::AdaptorFor<get_function, decltype(get_function)>::get,
                   set};
}

}  // namespace minipy
