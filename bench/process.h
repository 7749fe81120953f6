// What a relay costs: processor time and resident memory of its processes, their children and all their threads.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <time.h>
#include <dirent.h>

static inline uint64_t read_clock_ns(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) < 0) return 0;
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

// Calls visit for a process and for every process below it.
static inline void for_each_process(pid_t pid, void (*visit)(pid_t, uint64_t *), uint64_t *sum) {
  char path[320];
  visit(pid, sum);
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  if (tasks == NULL) return;
  for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
    if (task->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%s/children", pid, task->d_name);
    FILE *children = fopen(path, "r");
    if (children == NULL) continue;
    for (int child; fscanf(children, "%d", &child) == 1;) for_each_process(child, visit, sum);
    fclose(children);
  }
  closedir(tasks);
}

// The process's CPU clock counts all its threads to the nanosecond; /proc/PID/stat counts the same in ticks of 10 ms.
static inline void add_cpu_ns(pid_t pid, uint64_t *sum) {
  clockid_t clock;
  if (clock_getcpuclockid(pid, &clock) == 0) *sum += read_clock_ns(clock);
}

static inline void add_resident_bytes(pid_t pid, uint64_t *sum) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *status = fopen(path, "r");
  if (status == NULL) return;
  unsigned long kibibytes;
  while (fgets(line, sizeof line, status) != NULL) {
    if (sscanf(line, "VmRSS: %lu kB", &kibibytes) == 1) *sum += kibibytes * 1024;
  }
  fclose(status);
}
