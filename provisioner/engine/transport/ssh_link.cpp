// Commands on channels of an ssh session.

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <signal.h>

#include <array>
#include <cstring>

#include "provisioner/base/base/text.h"
#include "provisioner/engine/transport/ssh_connection.h"

namespace provisioner::transport {
namespace {

using base::Error;
using base::Kind;

constexpr auto patience = std::chrono::seconds(15);  // for a channel on a session that works

// RFC 4254, 6.10: "TERM"; 0 where it is no signal of ours.
int number_of(std::string_view signal) {
  for (int number = 1; number < NSIG; ++number)
    if (const char* name = ::sigabbrev_np(number); name != nullptr && signal == name) return number;
  return 0;
}

class SshStream : public Stream {
 public:
  SshStream(SshConnection& connection, const std::string& command, const Abandon& abandon)
      : connection_(connection), channel_(::ssh_channel_new(connection.session())) {
    callbacks_.userdata = this;
    callbacks_.channel_exit_status_function = [](ssh_session, ssh_channel, int status, void* self) {
      static_cast<SshStream*>(self)->status_ = status;
    };
    callbacks_.channel_exit_signal_function = [](ssh_session, ssh_channel, const char* signal, int,
                                                 const char*, const char*, void* self) {
      static_cast<SshStream*>(self)->status_ = 128 + number_of(signal);
    };
    ssh_callbacks_init(&callbacks_);
    ::ssh_set_channel_callbacks(channel_.get(), &callbacks_);
    const auto deadline = os::system_clock().now() + patience;
    if (connection_.drive([&] { return ::ssh_channel_open_session(channel_.get()); }, SSH_AGAIN,
                          deadline, abandon, "opening a channel") != SSH_OK)
      throw Error(Kind::unreachable,
                  connection.name() + ": the server opens no channel: " + connection.problem())
          .set_hint("'MaxSessions' of its sshd_config bounds the channels of a connection");
    if (connection_.drive(
            [&] { return ::ssh_channel_request_exec(channel_.get(), command.c_str()); }, SSH_AGAIN,
            deadline, abandon, "starting a command") != SSH_OK)
      throw Error(Kind::unreachable,
                  connection.name() +
                      ": the server starts no command for this user: " + connection.problem());
  }

  // The session keeps a channel until the server has closed it too, and would call us until then.
  ~SshStream() override { ::ssh_remove_channel_callbacks(channel_.get(), &callbacks_); }
  SshStream(const SshStream&) = delete;
  SshStream& operator=(const SshStream&) = delete;

  std::size_t write(std::string_view bytes) override {
    const int count = ::ssh_channel_write(
        channel_.get(), bytes.data(),
        static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size(), 1U << 20U)));
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }

  void finish_input() override { ::ssh_channel_send_eof(channel_.get()); }

  bool read(std::string& out, std::string& errors) override {
    const bool has_more = drain(out, 0);
    drain(errors, 1);
    // The end of the output is not the end of the command, but the library reads no more from the
    // socket for its sake.
    if (!status_ && ::ssh_channel_is_eof(channel_.get()) != 0)
      ::ssh_channel_get_exit_status(channel_.get());
    if (!::ssh_is_connected(connection_.session())) return false;
    return has_more && !::ssh_channel_is_closed(channel_.get());
  }

  std::optional<int> status() override { return status_; }

 private:
  bool drain(std::string& into, int is_stderr) {
    std::array<char, 32768> buffer{};
    for (;;) {
      const int count =
          ::ssh_channel_read_nonblocking(channel_.get(), buffer.data(), buffer.size(), is_stderr);
      if (count > 0) into.append(buffer.data(), static_cast<std::size_t>(count));
      // The end of the output alone is not the end of the command: its status comes after.
      else
        return count != SSH_ERROR &&
               !(count == SSH_EOF && (status_ || ::ssh_channel_is_closed(channel_.get())));
    }
  }

  SshConnection& connection_;
  ssh_channel_callbacks_struct callbacks_{};  // outlives the channel
  std::optional<int> status_;
  ChannelHandle channel_;
};

class SshLink : public Link {
 public:
  SshLink(std::unique_ptr<SshConnection> connection, const Abandon& abandon)
      : connection_(std::move(connection)), abandon_(abandon) {}

  std::unique_ptr<Stream> start(const std::string& command) override {
    return std::make_unique<SshStream>(*connection_, command, abandon_);
  }
  void add_waits(std::vector<pollfd>& waits) const override { connection_->add_waits(waits); }
  void woken() override { connection_->woken(); }
  bool has_news() const override { return connection_->has_news(); }
  void keep_alive(std::chrono::seconds interval) override { connection_->keep_alive(interval); }

 private:
  std::unique_ptr<SshConnection> connection_;
  const Abandon& abandon_;
};

}  // namespace

std::unique_ptr<Link> make_ssh_link(std::unique_ptr<SshConnection> connection,
                                    const Abandon& abandon) {
  return std::make_unique<SshLink>(std::move(connection), abandon);
}

}  // namespace provisioner::transport
