// What the sanitizers are told in every program of the Asan build, whoever runs it and with whatever environment.

// Objects without roots are the collector's business, not leaks. The collector looks for pointers on the true stack:
// frames that AddressSanitizer moves elsewhere (to see uses of them after the return) would hold objects unseen.
// Where memory has run out malloc says so, and what the program makes of that is what is tested.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "detect_leaks=0:detect_stack_use_after_return=0:allocator_may_return_null=1";
}

// Undefined behaviour ends the program as a crash does; otherwise no test that looks at the output only would fail.
extern "C" const char* __ubsan_default_options();
extern "C" const char* __ubsan_default_options() { return "halt_on_error=1:abort_on_error=1:print_stacktrace=1"; }
