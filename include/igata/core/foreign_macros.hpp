// Macros of other headers that are named like igata's functions or members end in one error here, instead of screens below: Arduino's abs and round,
// a log(...) of the user's, lines and columns of <term.h>, I of <complex.h>.
//
// A macro with arguments does not reach a name in parentheses: (min) and (max) for <windows.h>, (check) for Unreal.
#pragma once

#if defined(I)
#error "igata: I is a macro (<complex.h>); include igata before what defines it, or #undef I"
#elif defined(abs)
#error "igata: abs is a macro (Arduino.h); include igata before what defines it, or #undef abs"
#elif defined(bind)
#error "igata: bind is a macro; include igata before what defines it, or #undef bind"
#elif defined(ceil)
#error "igata: ceil is a macro; include igata before what defines it, or #undef ceil"
#elif defined(columns)
#error "igata: columns is a macro (<term.h>); include igata before what defines it, or #undef columns"
#elif defined(cos)
#error "igata: cos is a macro; include igata before what defines it, or #undef cos"
#elif defined(erf)
#error "igata: erf is a macro; include igata before what defines it, or #undef erf"
#elif defined(exp)
#error "igata: exp is a macro; include igata before what defines it, or #undef exp"
#elif defined(expm1)
#error "igata: expm1 is a macro; include igata before what defines it, or #undef expm1"
#elif defined(floor)
#error "igata: floor is a macro; include igata before what defines it, or #undef floor"
#elif defined(fma)
#error "igata: fma is a macro; include igata before what defines it, or #undef fma"
#elif defined(lines)
#error "igata: lines is a macro (<term.h>); include igata before what defines it, or #undef lines"
#elif defined(log)
#error "igata: log is a macro; include igata before what defines it, or #undef log"
#elif defined(log1p)
#error "igata: log1p is a macro; include igata before what defines it, or #undef log1p"
#elif defined(pow)
#error "igata: pow is a macro; include igata before what defines it, or #undef pow"
#elif defined(random)
#error "igata: random is a macro; include igata before what defines it, or #undef random"
#elif defined(round)
#error "igata: round is a macro (Arduino.h); include igata before what defines it, or #undef round"
#elif defined(select)
#error "igata: select is a macro; include igata before what defines it, or #undef select"
#elif defined(sin)
#error "igata: sin is a macro; include igata before what defines it, or #undef sin"
#elif defined(sqrt)
#error "igata: sqrt is a macro; include igata before what defines it, or #undef sqrt"
#elif defined(tanh)
#error "igata: tanh is a macro; include igata before what defines it, or #undef tanh"
#endif

// Behind that error there shall be no other.
#undef I
#undef abs
#undef bind
#undef ceil
#undef columns
#undef cos
#undef erf
#undef exp
#undef expm1
#undef floor
#undef fma
#undef lines
#undef log
#undef log1p
#undef pow
#undef random
#undef round
#undef select
#undef sin
#undef sqrt
#undef tanh
