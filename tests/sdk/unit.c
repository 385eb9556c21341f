/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arithmetic that the kernel and the library never do: floating point, and the
 * vector unit where programs have to ask for it.
 */
int unit(float n);

#if defined(__SSE__)
#include <xmmintrin.h> /* CMakeLists.txt says -msse */

static float sum_of_squares(float n)
{
    __m128 v = _mm_set_ps(n, n + 1, n + 2, n + 3);
    float square[4] __attribute__((aligned(16)));

    _mm_store_ps(square, _mm_mul_ps(v, v));
    return square[0] + square[1] + square[2] + square[3];
}
#else
static float sum_of_squares(float n)
{
    float sum = 0;

    for (int i = 0; i < 4; i++)
        sum += (n + i) * (n + i);
    return sum;
}
#endif

/* 10 * its root, by Newton's method. */
int unit(float n)
{
    volatile double x = sum_of_squares(n), root = x;

    for (int i = 0; i < 20; i++)
        root = (root + x / root) / 2;
    return (int)(10 * root);
}
