// Start-up of the object model: each define_..._types() gives its rows of types.def their contents.
#pragma once

#include "Objects/result.h"

namespace minipy {

struct Thread;

// The collector, the first thread, every builtin type. Once, first of all.
Thread& initialize_objects();

// In the order of the call. object.cpp, type.cpp, ...
void define_object_types();
void define_exception_types();
void define_int_types();
void define_float_types();
void define_complex_types();
void define_str_types();
void define_bytes_types();
void define_bytearray_types();
void define_memoryview_types();
void define_tuple_types();
void define_list_types();
void define_dict_types();
void define_set_types();
void define_slice_types();
void define_range_types();
void define_iterator_types();      // enumerate, zip, map, filter, reversed, iter()
void define_function_types();      // function, method, builtin functions, cell, code
void define_descriptor_types();    // property, classmethod, super, getset, member, wrapper
void define_module_types();
void define_generator_types();     // generator, coroutine, async generator: in VM/, through the hook below
void define_mapping_proxy_types();
void define_namespace_types();     // SimpleNamespace
void define_annotation_types();    // GenericAlias, UnionType
void define_weak_reference_types();
void define_traceback_types();     // traceback; frame is the VM's
void define_struct_sequence_types();

}  // namespace minipy
