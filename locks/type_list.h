#ifndef LOCKGAUGE_LOCKS_TYPE_LIST_H_
#define LOCKGAUGE_LOCKS_TYPE_LIST_H_

#include <type_traits>

namespace lockgauge {

template <class... Ts>
struct TypeList {
  // Calls visit.template operator()<T>() for each type, in order.
  template <class Visit>
  static void for_each(Visit visit) {
    (visit.template operator()<Ts>(), ...);
  }

  // The same types as another template's arguments.
  template <template <class...> class To>
  using As = To<Ts...>;

  template <class... Us>
  static TypeList<Ts..., Us...> plus(TypeList<Us...>);
};

// The types of a list for which Keep<T>::value holds.
template <class List, template <class> class Keep>
struct Filtered;

template <template <class> class Keep>
struct Filtered<TypeList<>, Keep> {
  using type = TypeList<>;
};

template <class T, class... Ts, template <class> class Keep>
struct Filtered<TypeList<T, Ts...>, Keep> {
  using Head = std::conditional_t<Keep<T>::value, TypeList<T>, TypeList<>>;
  using type =
      decltype(Head::plus(typename Filtered<TypeList<Ts...>, Keep>::type{}));
};

template <class List, template <class> class Keep>
using Filter = typename Filtered<List, Keep>::type;

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_TYPE_LIST_H_
