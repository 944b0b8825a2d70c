// Machines of a rack that give each other chunks over real connections.
#include "provisioner/node/fetch/rack_share.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "provisioner/base/base/error.h"
#include "tests/support/fake_disk.h"
#include "tests/support/images.h"
#include "tests/support/small_server.h"

namespace provisioner::fetch {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using disks::FakeDisk;
using disks::ImageSource;
using disks::TestImage;
using disks::cut;
using disks::random_bytes;

constexpr std::size_t piece_of_rack = 256 << 10;

class RackShares : public testing::Test {
 protected:
  std::unique_ptr<RackShare> machine(std::uint64_t most_bytes = 64 << 20) {
    return std::make_unique<RackShare>(RackShare::Settings{
        .address = "127.0.0.1",
        .most_bytes = most_bytes,
        .say = [this](const std::string& line) { said.push_back(line); },
        .patience = milliseconds(300),
        .idle = milliseconds(300)});
  }
  static value::Dict naming(const std::vector<std::string>& urls, int start = 0) {
    return {{"peers", value::List(urls.begin(), urls.end())}, {"start", start}};
  }
  // What a machine tells of itself.
  static std::int64_t told(const RackShare& share, const char* member) {
    value::Dict report;
    share.add_to(report);
    const value::Value* rack = report.find("rack");
    return rack == nullptr ? -1 : value::integer_or(*rack, member, -1);
  }
  static std::string url_of(const RackShare& share) {
    return "http://127.0.0.1:" + std::to_string(told(share, "port"));
  }
  // Writes the image by what a machine gets, and answers the disk.
  std::string write(RackShare& share, std::size_t bytes_of_disk = 4 << 20) {
    FakeDisk disk(std::string(bytes_of_disk, 'o'));
    ImageSource source = image.source();
    source.file = [&share, from_service = source.file](const std::string& digest,
                                                       std::uint64_t size) {
      return share.file(digest, size, [&] { return from_service(digest, size); });
    };
    source.took = [&share](const std::string& digest, std::string file) {
      share.took(digest, std::move(file));
    };
    source.first = share.begin(image.manifest);
    write_held(write_image(image.manifest, image.digest, disk, source), disk);
    return disk.medium.substr(0, image.bytes.size());
  }
  // A peer that answers all requests so; and what a machine's disk becomes beside it.
  std::string write_beside(const SmallServer::Handler& handler) {
    const SmallServer peer(handler);
    const auto share = machine();
    share->heed(naming({peer.url()}));
    return write(*share);
  }

  TestImage image = cut(random_bytes(3 << 20, 21), piece_of_rack);
  std::vector<std::string> said;
};

TEST_F(RackShares, DoNothingUntilTheyAreNamedPeers) {
  const auto share = machine();
  EXPECT_TRUE(write(*share) == image.bytes);
  share->heed(naming({"http://127.0.0.1:1"}));
  EXPECT_EQ(told(*share, "port"), -1);
  EXPECT_EQ(image.fetches, static_cast<int>(image.files.size()));
}

TEST_F(RackShares, TakeFromAPeerWhatItHas) {
  const auto first = machine(), second = machine();
  first->heed(naming({}));
  EXPECT_TRUE(write(*first) == image.bytes);
  image.fetches = 0;
  second->heed(naming({url_of(*first)}, 400));
  EXPECT_TRUE(write(*second) == image.bytes);
  EXPECT_EQ(image.fetches, 0);
  EXPECT_EQ(told(*second, "taken"), told(*first, "given"));
  EXPECT_THAT(said, IsEmpty());
}

TEST_F(RackShares, TellWhatTheyHaveFromWhereTheyBegan) {
  const auto share = machine();
  share->heed(naming({}, 500));
  write(*share);
  const std::int64_t chunks = told(*share, "chunks"), first = told(*share, "first");
  EXPECT_EQ(chunks, static_cast<std::int64_t>(image.manifest.chunks.size()));
  EXPECT_GT(first, chunks / 4);
  EXPECT_LT(first, chunks * 3 / 4);
  EXPECT_GE(told(*share, "kept"), chunks - 2);  // but for zeros at the end
}

TEST_F(RackShares, KeepNoMoreThanTheyMay) {
  const auto share = machine(image.files.begin()->second.size() * 4);
  share->heed(naming({}));
  EXPECT_TRUE(write(*share) == image.bytes);
  EXPECT_LT(told(*share, "kept"), told(*share, "chunks"));
  const auto other = machine();
  image.fetches = 0;
  other->heed(naming({url_of(*share)}));
  EXPECT_TRUE(write(*other) == image.bytes);
  EXPECT_LT(image.fetches, static_cast<int>(image.files.size()));
  EXPECT_GT(image.fetches, 0);
}

TEST_F(RackShares, DropAPeerThatLies) {
  int calls = 0;
  EXPECT_TRUE(write_beside([&](const SmallServer::Call&) {
                ++calls;
                return SmallServer::ok("a lie");
              }) == image.bytes);
  EXPECT_EQ(calls, 1);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("is asked for no more chunks: it gives other bytes"));
}

TEST_F(RackShares, DropAPeerThatGivesAnotherChunkOfTheImage) {
  int calls = 0;
  EXPECT_TRUE(write_beside([&](const SmallServer::Call& call) {
                ++calls;
                const bool is_first = call.path.ends_with(image.files.begin()->first);
                return SmallServer::ok(is_first ? image.files.rbegin()->second
                                                : image.files.begin()->second);
              }) == image.bytes);
  EXPECT_EQ(calls, 1);
}

TEST_F(RackShares, DropAPeerThatHangs) {
  int calls = 0;
  EXPECT_TRUE(write_beside([&](const SmallServer::Call& call) -> std::string {
                if (++calls == 1) return SmallServer::ok(image.files.at(call.path.substr(7)));
                return "HTTP/1.1 200 OK\r\n";  // and no more
              }) == image.bytes);
  EXPECT_EQ(calls, 2);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("is asked for no more chunks"));
}

TEST_F(RackShares, DropAPeerThatDiesAmidAChunk) {
  int calls = 0;
  auto peer = std::make_unique<SmallServer>([&](const SmallServer::Call& call) {
    ++calls;
    const std::string whole = SmallServer::ok(image.files.at(call.path.substr(7)));
    if (calls < 3) return whole;
    return whole.substr(0, whole.size() / 2) + "Connection: close";
  });
  const auto share = machine();
  share->heed(naming({peer->url()}));
  EXPECT_TRUE(write(*share) == image.bytes);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("is asked for no more chunks"));
  EXPECT_EQ(image.fetches, static_cast<int>(image.files.size()) - 2);
}

TEST_F(RackShares, DropAPeerThatIsNotThere) {
  const std::string gone = SmallServer([](const SmallServer::Call&) { return ""; }).url();
  const auto share = machine();
  share->heed(naming({gone, "http://rack.example:80", "ftp://127.0.0.1"}));
  EXPECT_TRUE(write(*share) == image.bytes);
  EXPECT_EQ(said.size(), 3u);
}

TEST_F(RackShares, AskAgainWhoHasNotGotItYetOrTooMuchToDo) {
  int calls = 0;
  EXPECT_TRUE(write_beside([&](const SmallServer::Call&) {
                return SmallServer::answer(++calls % 2 == 0 ? 404 : 429, "");
              }) == image.bytes);
  EXPECT_EQ(calls, static_cast<int>(image.files.size()));
  EXPECT_THAT(said, IsEmpty());
}

TEST_F(RackShares, AskThreePeersAtMost) {
  std::vector<std::unique_ptr<SmallServer>> peers;
  std::vector<std::string> urls;
  std::vector<int> calls(5);
  for (int& count : calls) {
    peers.push_back(std::make_unique<SmallServer>([&count](const SmallServer::Call&) {
      ++count;
      return SmallServer::answer(404, "");
    }));
    urls.push_back(peers.back()->url());
  }
  const auto share = machine();
  share->heed(naming(urls));
  write(*share);
  const int all = static_cast<int>(image.files.size());
  EXPECT_THAT(calls, ElementsAre(all, all, all, 0, 0));
}

TEST_F(RackShares, GoOnWithoutAServerWhereThereCanBeNone) {
  RackShare share({.address = "192.0.2.1", .most_bytes = 1 << 20, .say = [this](auto line) {
                     said.push_back(line);
                   }});
  share.heed(naming({}));
  EXPECT_TRUE(write(share) == image.bytes);
  EXPECT_THAT(said, ElementsAre("nothing is given to the rack: no chunks can be served at "
                                "'192.0.2.1': Cannot assign requested address"));
}

TEST_F(RackShares, ServeUntilNobodyAsksAnyMore) {
  const auto share = machine();
  share->heed(naming({}));
  write(*share);
  const os::Instant begun = os::system_clock().now();
  share->serve(std::chrono::seconds(60));
  EXPECT_LT(os::system_clock().now() - begun, std::chrono::seconds(30));
  EXPECT_THAT(said.back(), HasSubstr("of the image 0 bytes came from the rack"));
}

// A machine whose first half was on its disk already has none of that for others.
TEST_F(RackShares, TellOfNoChunkThatTheyOnlyHaveOnTheDisk) {
  const auto share = machine();
  share->heed(naming({}));
  share->begin(image.manifest);
  const std::vector<chunk::Chunk>& chunks = image.manifest.chunks;
  const auto last = std::find_if(chunks.rbegin(), chunks.rend(),
                                 [](const chunk::Chunk& one) { return !one.is_zero; });
  share->took(last->file, image.files.at(last->file));
  EXPECT_EQ(told(*share, "kept"), 1);
  EXPECT_EQ(told(*share, "first"), chunks.rend() - last - 1);
}

}  // namespace
}  // namespace provisioner::fetch
