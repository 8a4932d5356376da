// Generators, coroutines and async generators. Behind each lie its frame and registers, which the
// VM lays out and runs (Activation, VM/frame.h).
#pragma once

#include "Objects/object.h"
#include "Objects/result.h"
#include "Objects/slots.h"

namespace minipy {

struct Generator : Object {  // kinds Generator, Coroutine and AsyncGenerator
  static constexpr Kind kKind = Kind::Generator;
  enum class State : uint8_t { Created, Suspended, Running, Finished };
  Value name, qualified_name;
  Value origin;  // cr_origin or None; async generators: the finaliser hook
  State state;
  bool hooks_done, is_closed, running_async;
};

// Somebody gets hold of what only a loop, `await` or `yield from` had: it will not serve again.
inline void note_escape(Object* object) {
  if (object->has_flag(Object::kNeverEscaped))
    object->flags &= static_cast<uint8_t>(~Object::kNeverEscaped);
}

}  // namespace minipy
