/* server/main.c -- assembles the program, starts it and stops it in reverse order. */
#include <stdio.h>

int main(void)
{
    puts("kilnd");
    return 0;
}
