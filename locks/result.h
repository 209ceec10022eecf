#ifndef LOCKGAUGE_LOCKS_RESULT_H_
#define LOCKGAUGE_LOCKS_RESULT_H_

#include <cerrno>

namespace lockgauge {

// How an operation ended, in the kernel's words: the value is the errno whose
// negative the kernel function would return. Locks answer kOk, kDeadlock or
// kTimeout; the gate kBusy; the storage engine any of them.
enum class [[nodiscard]] Result : int{
    kOk = 0,
    kBusy = EBUSY,          // the gate of this CPU was taken
    kDeadlock = EDEADLK,    // AA or ABBA found, or waiting would not be safe
    kTimeout = ETIMEDOUT,   // the own deadline passed, or the queue was drained
    kAgain = EAGAIN,        // lost the race to create the first element
    kNoMem = ENOMEM,        // allocation or charge refused
    kNoEnt = ENOENT,        // no such element
    kExist = EEXIST,        // element is there already
    kInvalid = EINVAL,      // arguments
    kTooBig = E2BIG,        // value size over the limit
    kNotSupp = EOPNOTSUPP,  // not in this context
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_RESULT_H_
