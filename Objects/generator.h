// Generators, coroutines and async generators own a heap block with their frame and registers; the
// VM lays it out and runs it. The objects and their Python attributes are here.
#pragma once

#include "Objects/object.h"
#include "Objects/result.h"
#include "Objects/slots.h"

namespace minipy {

struct Thread;
struct Code;

struct Generator : Object {  // kinds Generator, Coroutine and AsyncGenerator
  static constexpr Kind kKind = Kind::Generator;
  enum class State : uint8_t { Created, Suspended, Running, Finished };
  Value name, qualified_name;
  Code* code;
  void* activation;       // the VM's suspended frame (collected); null once finished
  Value origin;           // cr_origin or None; async generators: the finaliser hook
  Value yield_from;       // what it is delegating to, or empty
  State state;
  bool hooks_done, is_closed, running_async;
};

}  // namespace minipy
