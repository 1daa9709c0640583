// Requests that begin at their time, whether those before have been answered or not: an answer that is late makes none of the
// following begin later. Each is timed from when it was due. One thread, a timer of the kernel, no busy waiting.
//   steady <port> <requests a second> <milliseconds> <connections> <file with a token and a path on each line>
// The first fifth is not counted. Writes one line: bench answers= microseconds= p50= p99= refused= broken= (microseconds).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MAX = 65536, HEAD_MAX = 16384 };

typedef struct { char *bytes; size_t length; } Request;
typedef struct { int socket, busy; uint64_t due; size_t got; char answer[ANSWER_MAX]; } Connection;

static Request *requests;
static size_t request_count;
static Connection *connections;
static int connection_count;
static struct sockaddr_in address;
static uint32_t *times;
static size_t timed, answers, refused, broken;
static uint64_t counted_from, last_answer;
static int events;

static uint64_t now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void read_requests(const char *path) {
  FILE *file = fopen(path, "r");
  char line[HEAD_MAX], token[512], target[HEAD_MAX], *written;
  if (!file) fail(path);
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "%511s %16383s", token, target) != 2) continue;
    int length = asprintf(&written, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n", target, token);
    requests = realloc(requests, (request_count + 1) * sizeof *requests);
    requests[request_count++] = (Request){written, (size_t)length};
  }
  fclose(file);
  if (request_count == 0) fail("no requests");
}

static void open_connection(Connection *connection) {
  int on = 1;
  connection->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(connection->socket, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  epoll_ctl(events, EPOLL_CTL_ADD, connection->socket, &event);
  connection->busy = 0;
  connection->got = 0;
}

static void reopen(Connection *connection) {
  close(connection->socket);
  open_connection(connection);
}

static void send_request(Connection *connection, uint64_t due, size_t index) {
  Request *request = &requests[index % request_count];
  connection->busy = 1;
  connection->due = due;
  if (send(connection->socket, request->bytes, request->length, MSG_NOSIGNAL) == (ssize_t)request->length) return;
  if (due >= counted_from) broken += 1;
  reopen(connection);
}

// How long the whole answer is; 0 where its head is not complete. Only what has a length can be read.
static size_t answer_length(Connection *connection) {
  connection->answer[connection->got] = 0;
  char *end = strstr(connection->answer, "\r\n\r\n");
  if (!end) return 0;
  char *length = strcasestr(connection->answer, "\r\ncontent-length:");
  size_t body = 0;
  if (length && length < end) body = strtoul(length + 17, NULL, 10);
  else if (strncmp(connection->answer + 9, "204", 3) != 0) {
    fprintf(stderr, "an answer without content-length:\n%.*s\n", (int)(end - connection->answer), connection->answer);
    exit(1);
  }
  return (size_t)(end + 4 - connection->answer) + body;
}

static void take_answer(Connection *connection) {
  for (;;) {
    ssize_t got = recv(connection->socket, connection->answer + connection->got, ANSWER_MAX - 1 - connection->got, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      if (connection->busy && connection->due >= counted_from) broken += 1;
      reopen(connection);
      return;
    }
    connection->got += (size_t)got;
    size_t length = answer_length(connection);
    if (length == 0 || connection->got < length) continue;
    uint64_t at = now();
    if (connection->busy && connection->due >= counted_from) {
      times[timed++] = (uint32_t)((at - connection->due) / 1000);
      answers += 1;
      last_answer = at;
      if (connection->answer[9] >= '4') refused += 1;
    }
    connection->busy = 0;
    connection->got = 0;
    return;
  }
}

static int ascending(const void *one, const void *other) {
  uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
  return a < b ? -1 : a > b;
}

static uint32_t percentile(double share) {
  if (timed == 0) return 0;
  size_t at = (size_t)((double)timed * share);
  return times[at < timed ? at : timed - 1];
}

static Connection *find_free(void) {
  static int next;
  for (int tried = 0; tried < connection_count; tried += 1) {
    Connection *connection = &connections[next];
    next = (next + 1) % connection_count;
    if (!connection->busy) return connection;
  }
  return NULL;
}

int main(int count, char **arguments) {
  if (count != 6) return 2;
  double per_second = atof(arguments[2]), milliseconds = atof(arguments[3]);
  connection_count = atoi(arguments[4]);
  address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  read_requests(arguments[5]);
  prctl(PR_SET_TIMERSLACK, 1);
  events = epoll_create1(0);
  connections = calloc((size_t)connection_count, sizeof *connections);
  for (int each = 0; each < connection_count; each += 1) open_connection(&connections[each]);
  size_t total = (size_t)(per_second * milliseconds / 1000), sent = 0;
  times = calloc(total + 1, sizeof *times);
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct epoll_event timed_event = {.events = EPOLLIN, .data.ptr = NULL}, ready[128];
  epoll_ctl(events, EPOLL_CTL_ADD, timer, &timed_event);
  double step = 1e9 / per_second;
  uint64_t begun = now() + 1000000, last_due = begun + (uint64_t)(step * (double)total), end = last_due + 2000000000u;
  counted_from = begun + (last_due - begun) / 5;
  for (;;) {
    uint64_t at = now(), due = begun + (uint64_t)(step * (double)sent);
    Connection *connection;
    while (sent < total && due <= at && (connection = find_free())) {
      send_request(connection, due, sent);
      sent += 1;
      due = begun + (uint64_t)(step * (double)sent);
    }
    int waiting = 0;
    for (int each = 0; each < connection_count; each += 1) waiting += connections[each].busy;
    if ((sent == total && waiting == 0) || at > end) break;
    // What is due and finds no connection waits for an answer.
    uint64_t wake = sent < total && due > at ? due : end;
    struct itimerspec when = {.it_value = {(time_t)(wake / 1000000000u), (long)(wake % 1000000000u)}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
    int found = epoll_wait(events, ready, 128, 1000);
    for (int each = 0; each < found; each += 1) {
      uint64_t fired;
      if (ready[each].data.ptr) take_answer(ready[each].data.ptr);
      else if (read(timer, &fired, sizeof fired) < 0 && errno != EAGAIN) fail("timer");
    }
  }
  // What was never sent, or not answered within two seconds, was not kept up with.
  size_t first = total - total / 5 * 4;
  for (int each = 0; each < connection_count; each += 1) broken += connections[each].busy && connections[each].due >= counted_from;
  broken += total - (sent > first ? sent : first);
  qsort(times, timed, sizeof *times, ascending);
  printf("bench answers=%zu microseconds=%llu p50=%u p99=%u refused=%zu broken=%zu\n", answers,
         (unsigned long long)((last_answer > counted_from ? last_answer - counted_from : 1) / 1000), percentile(0.5),
         percentile(0.99), refused, broken);
  return 0;
}
