/* server/run_command.h -- kilnd run FILE and kilnd check FILE: the engine on a terminal, without server and
 * database.
 *
 * Both are called on the main thread and give the exit status of the program: 0 when all went well, 1 when
 * the definition is wrong or the training failed, 2 when the command itself is wrong. */
#ifndef SERVER_RUN_COMMAND_H
#define SERVER_RUN_COMMAND_H

/* arguments: what follows the command.  kilnd run FILE [--out DIR] [--quiet] */
int run_command(int count, char *const *arguments);
/* kilnd check FILE */
int check_command(int count, char *const *arguments);

#endif
