#include "provisioner/base/http/server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/http/client.h"
#include "tests/http/raw_connection.h"

namespace provisioner::http {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class ServerTest : public testing::Test {
 protected:
  void serve(Server::Handler handler, Server::Settings settings = {}) {
    server_.emplace(
        settings, std::move(handler),
        [this](const std::string& what) {
          const std::lock_guard guard(mutex_);
          faults_.push_back(what);
        },
        [this](const std::string& peer, int status) {
          const std::lock_guard guard(mutex_);
          refused_.push_back(peer + " " + std::to_string(status));
        });
  }

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }
  Response get(const std::string& path, const std::string& range = "") {
    Request request{.url = url(path), .most_bytes = 64 << 20};
    if (!range.empty()) request.headers.emplace_back("Range", range);
    return client_.send(request);
  }
  std::string said(const std::string& bytes) const {
    const tests::RawConnection peer(server_->port());
    peer.say(bytes);
    return peer.heard();
  }

  // A handler that sends this text as a file.
  Server::Handler file_of(const std::string& text) {
    const std::string path = folder_.path() + "/file";
    os::write_file(path, text);
    return [path, size = text.size()](const Call&) {
      return Answer{
          .content_type = "application/octet-stream",
          .file = FileBody{os::Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), size}};
    };
  }

  static Answer echo(const Call& call) {
    std::string text = call.method + " " + call.path + " from " + call.peer;
    for (const auto& [name, value] : call.query) text += " " + name + "=" + value;
    return {.body = text + ": " + call.body};
  }

  os::TemporaryDirectory folder_;
  std::mutex mutex_;
  std::vector<std::string> faults_, refused_;
  std::optional<Server> server_;
  Client client_;
};

TEST_F(ServerTest, HandsTheWholeRequestToItsHandler) {
  serve(echo);
  const Response response =
      client_.send({.method = Method::post, .url = url("/a%20b/c?x=1%2F2&y="), .body = "hello"});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "POST /a b/c from 127.0.0.1 x=1/2 y=: hello");
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
}

TEST_F(ServerTest, TakesABodyThatComesInManyPieces) {
  serve(echo);
  const std::string body(3 << 20, 'x');
  Request request{.method = Method::post, .url = url("/"), .body = body};
  request.most_bytes = 4 << 20;
  EXPECT_THAT(client_.send(request).body, EndsWith(": " + body));
}

TEST_F(ServerTest, SendsAFileWholeAndInParts) {
  std::string text;
  for (int number = 0; number < 300'000; ++number) text += std::to_string(number) + "\n";
  serve(file_of(text));
  EXPECT_EQ(get("/").body, text);
  const Response part = get("/", "bytes=1000000-1000099");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, text.substr(1'000'000, 100));
  EXPECT_EQ(part.headers.at("content-range"),
            "bytes 1000000-1000099/" + std::to_string(text.size()));
  EXPECT_EQ(get("/", "bytes=-7").body, text.substr(text.size() - 7));
}

TEST_F(ServerTest, RefusesARangeBehindTheEndOfAFile) {
  serve(file_of("short"));
  const Response response = get("/", "bytes=5-");
  EXPECT_EQ(response.status, 416);
  EXPECT_EQ(response.headers.at("content-range"), "bytes */5");
}

TEST_F(ServerTest, AnswersHeadWithTheLengthAlone) {
  serve(file_of("twelve bytes"));
  const Response response =
      client_.send({.method = Method::head, .url = url("/"), .headers = {{"Range", "bytes=0-1"}}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-length"), "12");
  EXPECT_EQ(response.body, "");
}

TEST_F(ServerTest, RefusesABodyOverTheBoundBeforeItIsSent) {
  serve(echo, {.most_body = 10});
  EXPECT_THAT(said("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(said("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
              testing::AnyOf(StartsWith("HTTP/1.1 413 "), StartsWith("HTTP/1.1 400 ")));
  EXPECT_EQ(client_.send({.method = Method::post, .url = url("/"), .body = "0123456789"}).status,
            200);
}

TEST_F(ServerTest, RefusesABodyThatDoesNotSayItsLength) {
  serve(echo);
  EXPECT_THAT(said("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"),
              StartsWith("HTTP/1.1 411 "));
}

TEST_F(ServerTest, RefusesOtherMethods) {
  serve(echo);
  const Response response = client_.send({.method = Method::remove, .url = url("/")});
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.at("allow"), "GET, HEAD, POST");
}

TEST_F(ServerTest, RefusesPathsThatLeadElsewhere) {
  serve(echo);
  for (const char* path : {"/../etc/passwd", "/%2e%2e/etc/passwd", "/a/%2E./b", "/a%00b", "/a%0",
                           "/%zz", "*", "/?x=%0"})
    EXPECT_THAT(said("GET " + std::string(path) + " HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 400 "))
        << path;
  EXPECT_THAT(faults_, ElementsAre());
}

TEST_F(ServerTest, LeavesOutPartsOfAPathThatLeadNowhere) {
  serve([](const Call& call) -> Answer { return {.body = call.path}; });
  for (const auto& [asked, heard] : std::map<std::string, std::string>{
           {"/./Packages", "/Packages"}, {"/a/./b/.", "/a/b"}, {"/.", "/"}, {"/a//b", "/a//b"}})
    EXPECT_THAT(said("GET " + asked + " HTTP/1.0\r\n\r\n"), EndsWith("\r\n" + heard)) << asked;
}

TEST_F(ServerTest, TellsOfRequestsThatNoHandlerGetsToSee) {
  serve(echo);
  said("PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  said("GET /../x HTTP/1.0\r\n\r\n");
  said("GET / HTTP/1.1\r\nHost: x\r\nCookie: " + std::string(100'000, 'a') + "\r\n\r\n");
  const std::lock_guard guard(mutex_);
  EXPECT_THAT(refused_, ElementsAre("127.0.0.1 405", "127.0.0.1 400", " 431"));
}

TEST_F(ServerTest, AnswersWhatAHandlerThrowsAndGoesOn) {
  serve([](const Call& call) -> Answer {
    if (call.path == "/number") throw 5;
    if (call.path == "/bad") throw base::Error(base::Kind::bug, "no such thing");
    return {};
  });
  EXPECT_EQ(get("/bad").status, 500);
  EXPECT_EQ(get("/number").status, 500);
  EXPECT_EQ(get("/good").status, 200);
  EXPECT_THAT(faults_, ElementsAre("no such thing", "a handler threw what is no exception"));
}

TEST_F(ServerTest, DropsAPeerThatSaysNothing) {
  serve(echo, {.patience_seconds = 1});
  EXPECT_EQ(said(""), "");
  EXPECT_EQ(said("GET / HTTP/1.1\r\nHo"), "");
  EXPECT_EQ(said("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"), "");
}

TEST_F(ServerTest, KeepsAConnectionForTheNextRequest) {
  serve(echo);
  const tests::RawConnection peer(server_->port());
  peer.say(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string heard = peer.heard();
  EXPECT_THAT(heard, HasSubstr("GET /1 from"));
  EXPECT_THAT(heard, HasSubstr("GET /2 from"));
}

TEST_F(ServerTest, OutlivesPeersThatHangUp) {
  constexpr std::size_t more_than_sockets_hold = 32 << 20;
  const auto before = std::signal(SIGPIPE, SIG_DFL);
  serve(file_of(std::string(more_than_sockets_hold, 'x')));
  for (int peer = 0; peer < 5; ++peer)
    tests::RawConnection(server_->port()).say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(get("/").body.size(), more_than_sockets_hold);
  std::signal(SIGPIPE, before);
}

TEST_F(ServerTest, TakesNoMoreConnectionsOfOnePeerThanItsBound) {
  serve(echo, {.threads = 1, .most_of_one_peer = 2});
  const tests::RawConnection first(server_->port()), second(server_->port());
  first.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(first.heard(1), HasSubstr("200 OK"));
  second.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(second.heard(1), HasSubstr("200 OK"));
  EXPECT_EQ(said("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "");
}

TEST_F(ServerTest, ServesManyClientsAtOnce) {
  constexpr int clients = 8, turns = 50;
  std::atomic<int> served = 0;
  serve([&](const Call& call) {
    ++served;
    return echo(call);
  });
  std::vector<std::jthread> threads;
  for (int number = 0; number < clients; ++number)
    threads.emplace_back([this, path = "/" + std::to_string(number)] {
      Client client;
      for (int turn = 0; turn < turns; ++turn)
        EXPECT_THAT(client.send({.url = url(path)}).body, StartsWith("GET " + path + " from"));
    });
  threads.clear();
  EXPECT_EQ(served, clients * turns);
}

TEST_F(ServerTest, SaysWhereItCannotServe) {
  serve(echo);
  const auto message_of = [](const Server::Settings& settings) {
    try {
      const Server another(settings, echo, [](const std::string&) {});
    } catch (const base::Error& error) {
      return error.message();
    }
    return std::string();
  };
  const std::string port = std::to_string(server_->port());
  EXPECT_EQ(message_of({.port = server_->port()}),
            "nothing can be served at 127.0.0.1 port " + port + ": Address already in use");
  EXPECT_EQ(message_of({.address = "localhost"}), "'localhost' is no IP address to be served at");
}

}  // namespace
}  // namespace provisioner::http
