// What the parts of the probe share, and its commands. Each command takes its arguments and returns the exit code.
#pragma once

// The first argument as a number.
int number(char **arguments, int fallback);

// Prints a file, or why it can't be opened.
int print_file(const char *path);

// Prints DONE, or the name of the error, for a call that returned `result`.
void told(const char *what, long result);

int do_exit(char **arguments);
int do_signal(char **arguments);
int do_cat(char **arguments);
int do_status(char **arguments);
int do_surroundings(char **arguments);
int do_escape(char **arguments);
int do_i386(char **arguments);
int do_x32(char **arguments);
int do_write(char **arguments);
int do_execute(char **arguments);
int do_execute_memory(char **arguments);
int do_orphans(char **arguments);
int do_leave_child(char **arguments);
int do_fork_bomb(char **arguments);
int do_eat_memory(char **arguments);
int do_twins(char **arguments);
int do_flood(char **arguments);
int do_wait(char **arguments);
int do_refused(char **arguments);
int do_stdin(char **arguments);
int do_fill(char **arguments);
int do_watch_init(char **arguments);
