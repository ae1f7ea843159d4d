// Reads the files of control groups as a monitor would: DIRECTORY FILE... walks the directories below one directory and reads
// each file in each of them. Prints how many bytes that were.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long total;

static void walk(int directory, char **files) {
  static char buffer[65536];
  for (char **file = files; *file; file++) {
    int fd = openat(directory, *file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
      continue;
    ssize_t got;
    while ((got = read(fd, buffer, sizeof buffer)) > 0)
      total += got;
    close(fd);
  }
  DIR *entries = fdopendir(directory);
  if (!entries)
    exit(1);
  for (struct dirent *entry; (entry = readdir(entries));) {
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
      continue;
    int child = openat(dirfd(entries), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (child >= 0)
      walk(child, files);
  }
  closedir(entries);
}

int main(int count, char **arguments) {
  // Several hierarchies: DIRECTORY FILE... -- DIRECTORY FILE...
  for (int i = 1; i < count; i++) {
    int first = i + 1, end = first;
    while (end < count && strcmp(arguments[end], "--"))
      end++;
    arguments[end] = NULL;
    int directory = open(arguments[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0)
      walk(directory, arguments + first);
    i = end;
  }
  printf("%ld\n", total);
}
