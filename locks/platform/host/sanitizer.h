#ifndef LOCKGAUGE_LOCKS_PLATFORM_HOST_SANITIZER_H_
#define LOCKGAUGE_LOCKS_PLATFORM_HOST_SANITIZER_H_

// LOCKGAUGE_TSAN: ThreadSanitizer judges this build, so that everything it
// cannot see (assembly, mixed-size accesses, code inlined from libraries) must
// give way to what it can.
#if defined(__SANITIZE_THREAD__)
#define LOCKGAUGE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LOCKGAUGE_TSAN 1
#endif
#endif
#ifndef LOCKGAUGE_TSAN
#define LOCKGAUGE_TSAN 0
#endif

// LOCKGAUGE_ASAN_BUILD: AddressSanitizer does, and is told what is nobody's.
#if defined(__SANITIZE_ADDRESS__)
#define LOCKGAUGE_ASAN_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOCKGAUGE_ASAN_BUILD 1
#endif
#endif
#ifndef LOCKGAUGE_ASAN_BUILD
#define LOCKGAUGE_ASAN_BUILD 0
#endif

#endif  // LOCKGAUGE_LOCKS_PLATFORM_HOST_SANITIZER_H_
