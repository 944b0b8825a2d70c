// The least that a controller can do over SSH: a thread a host that connects, logs in, starts `cat`
// and makes N round trips of 256 bytes on that one channel. What tests/bench/playbook measures by.
//
//     ssh_bound USER KEY_FILE KNOWN_HOSTS_FILE ROUND_TRIPS ADDRESS...

#include <libssh/libssh.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int patience = 30'000;  // milliseconds without a word

struct Way {
  std::string user, key_file, known_hosts_file;
  int round_trips = 0;
};

class Host {
 public:
  Host(const Way& way, const std::string& address) : way_(way), session_(::ssh_new()) {
    const int on = 1;
    ::ssh_options_set(session_, SSH_OPTIONS_HOST, address.c_str());
    ::ssh_options_set(session_, SSH_OPTIONS_USER, way.user.c_str());
    ::ssh_options_set(session_, SSH_OPTIONS_KNOWNHOSTS, way.known_hosts_file.c_str());
    ::ssh_options_set(session_, SSH_OPTIONS_HOSTKEYS, "ssh-ed25519");
    ::ssh_options_set(session_, SSH_OPTIONS_NODELAY, &on);
    ::ssh_set_blocking(session_, 0);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() { ::ssh_free(session_); }  // with its channels

  bool run() {
    ssh_key key = nullptr;
    if (::ssh_pki_import_privkey_file(way_.key_file.c_str(), nullptr, nullptr, nullptr, &key) != 0)
      return false;
    const bool is_in =
        drive([this] { return ::ssh_connect(session_); }, SSH_AGAIN) == SSH_OK &&
        ::ssh_session_is_known_server(session_) == SSH_KNOWN_HOSTS_OK &&
        drive([&] { return ::ssh_userauth_publickey(session_, nullptr, key); }, SSH_AUTH_AGAIN) ==
            SSH_AUTH_SUCCESS;
    ::ssh_key_free(key);
    return is_in && echo();
  }

 private:
  template <class Call>
  int drive(Call&& call, int again) {
    int result = call();
    while (result == again && wait()) result = call();
    return result;
  }

  bool wait() {
    const int on = 1;
    pollfd socket{::ssh_get_fd(session_), POLLIN, 0};
    if ((::ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0) socket.events |= POLLOUT;
    const int count = ::poll(&socket, 1, patience);
    ::setsockopt(socket.fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    return count > 0;
  }

  bool echo() {
    ssh_channel channel = ::ssh_channel_new(session_);
    if (drive([&] { return ::ssh_channel_open_session(channel); }, SSH_AGAIN) != SSH_OK ||
        drive([&] { return ::ssh_channel_request_exec(channel, "exec cat"); }, SSH_AGAIN) != SSH_OK)
      return false;
    std::array<char, 256> message{};
    for (int trip = 0; trip < way_.round_trips; ++trip) {
      ::ssh_channel_write(channel, message.data(), message.size());
      for (std::size_t come = 0; come < message.size();) {
        const int count =
            ::ssh_channel_read_nonblocking(channel, message.data(), message.size(), 0);
        if (count < 0 || (count == 0 && !wait())) return false;
        come += static_cast<std::size_t>(count);
      }
    }
    return true;
  }

  const Way& way_;
  ssh_session session_;
};

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() < 5) {
    std::cerr << "usage: ssh_bound USER KEY_FILE KNOWN_HOSTS_FILE ROUND_TRIPS ADDRESS...\n";
    return 1;
  }
  const Way way{words[0], words[1], words[2], std::stoi(words[3])};
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (std::size_t at = 4; at < words.size(); ++at)
    threads.emplace_back([&, at] {
      if (!Host(way, words[at]).run()) {
        ++failures;
        std::cerr << words[at] + ": failed\n";
      }
    });
  for (std::thread& thread : threads) thread.join();
  return failures == 0 ? 0 : 2;
}
