/* What AUTO-07p wants of a problem besides func and stpnt, all empty. */
#include <math.h>

#include "auto_f2c.h"

int bcnd(integer n, const doublereal* p, const integer* ip, integer nb, const doublereal* a, const doublereal* b,
         integer j, doublereal* f, doublereal* d) {
    return 0;
}
int icnd(integer n, const doublereal* p, const integer* ip, integer ni, const doublereal* u, const doublereal* o,
         const doublereal* d, const doublereal* q, integer j, doublereal* f, doublereal* s) {
    return 0;
}
int fopt(integer n, const doublereal* u, const integer* ip, const doublereal* p, integer j, doublereal* f, doublereal* a,
         doublereal* b) {
    return 0;
}
int pvls(integer n, const doublereal* u, doublereal* p) { return 0; }

#define FUNC                                                                                                            \
    int func(integer n, const doublereal* u, const integer* ip, const doublereal* p, integer j, doublereal* f,         \
             doublereal* a, doublereal* b)
#define START int stpnt(integer n, doublereal t, doublereal* u, doublereal* p)
