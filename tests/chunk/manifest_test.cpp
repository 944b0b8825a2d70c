// Manifests: one form in bytes, and a text for each way in which one can be broken.

#include "provisioner/base/chunk/manifest.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::chunk {
namespace {

const std::string one(64, '1'), two(64, '2');

// Two whole chunks, and one of a sector.
Manifest sample() {
  Manifest manifest{"debian-12", "20261128.1", 2 * chunk_size + 512, {}, {}};
  manifest.packages = {{"apt", "2.6.1", "amd64"}, {"zstd", "1.5.4", "amd64"}};
  manifest.chunks = {{0, chunk_size, false, one, two, 1000},
                     {chunk_size, chunk_size, true, "", "", 0},
                     {2 * chunk_size, 512, false, two, one, 512}};
  return manifest;
}

std::string refusal_of(const std::string& json) {
  try {
    return "read: " + read_manifest(json).name;
  } catch (const base::Error& error) {
    return error.render();
  }
}

std::string refusal_of(const Manifest& manifest) { return refusal_of(to_json(manifest)); }

// The sample's text with one word in place of another.
std::string with(const std::string& from, const std::string& to) {
  return refusal_of(base::replace_all(to_json(sample()), from, to));
}

std::string no_good(const std::string& why) {
  return "error: the manifest is no good: " + why;
}

TEST(Manifest, HasOneFormInBytes) {
  EXPECT_EQ(to_json(sample()),
            R"({"format":1,"name":"debian-12","version":"20261128.1","size":8389120,)"
            R"("chunk_size":4194304,"packages":[)"
            R"({"name":"apt","version":"2.6.1","architecture":"amd64"},)"
            R"({"name":"zstd","version":"1.5.4","architecture":"amd64"}],"chunks":[)"
            R"({"offset":0,"length":4194304,"raw":")" +
                one + R"(","file":")" + two +
                R"(","size":1000},{"offset":4194304,"length":4194304,"zero":true},)"
                R"({"offset":8388608,"length":512,"raw":")" +
                two + R"(","file":")" + one + "\",\"size\":512}]}\n");
}

TEST(Manifest, IsReadAsItWasWritten) {
  const Manifest read = read_manifest(to_json(sample()));

  EXPECT_EQ(to_json(read), to_json(sample()));
  EXPECT_EQ(read.chunks[0].file_size, 1000U);
  EXPECT_TRUE(read.chunks[1].is_zero);
  EXPECT_EQ(read.packages[1].version, "1.5.4");
}

TEST(Manifest, OfAnotherFormatIsRefused) {
  EXPECT_EQ(with("\"format\":1", "\"format\":2"),
            no_good("its format is 2, this program reads 1"));
  EXPECT_EQ(with("\"format\":1,", ""), no_good("it has no 'format'"));
  EXPECT_EQ(refusal_of("[]"), no_good("it is a list, not a dict"));
}

TEST(Manifest, ThatIsNoJsonIsRefusedWithItsPlace) {
  const std::string refusal = refusal_of("{\"format\":1");

  EXPECT_EQ(refusal.substr(0, refusal.find(':')), "<manifest>") << refusal;
}

TEST(Manifest, WhoseNameIsNoneOfAFileIsRefused) {
  for (const std::string name : {"", "../up", ".hidden", "-option", "a/b", "a b"}) {
    Manifest manifest = sample();
    manifest.name = name;
    EXPECT_EQ(refusal_of(manifest), no_good("'" + name + "' cannot be a name of a file"));
    manifest = sample();
    manifest.version = name;
    EXPECT_EQ(refusal_of(manifest), no_good("'" + name + "' cannot be a name of a file"));
  }
}

TEST(Manifest, OfAnImpossibleSizeIsRefused) {
  EXPECT_EQ(with("\"size\":8389120", "\"size\":8389121"),
            no_good("a disk of 8389121 bytes is not made of sectors of 512"));
  EXPECT_EQ(with("\"size\":8389120", "\"size\":0"),
            no_good("a disk of 0 bytes is not made of sectors of 512"));
  for (const std::string size : {"-512", "8389120.0", "\"8389120\"", "1e300", "99999999999999999999",
                                 "9223372036854775807"})
    EXPECT_EQ(with("\"size\":8389120", "\"size\":" + size),
              no_good("'size' of it is no number from 0 to 70368744177664"))
        << size;
}

TEST(Manifest, OfOtherChunksIsRefused) {
  EXPECT_EQ(with("\"chunk_size\":4194304", "\"chunk_size\":1048576"),
            no_good("its chunks are of 1048576 bytes, not of 4194304"));
}

TEST(Manifest, WithAGapIsRefused) {
  Manifest manifest = sample();
  manifest.chunks.erase(manifest.chunks.begin() + 1);

  EXPECT_EQ(refusal_of(manifest),
            no_good("chunk 1 begins at 8388608, which leaves a gap after 4194304"));
}

TEST(Manifest, WithAnOverlapIsRefused) {
  Manifest manifest = sample();
  manifest.chunks[2].offset = chunk_size;

  EXPECT_EQ(refusal_of(manifest),
            no_good("chunk 2 begins at 4194304, inside of the one before it, which ends at "
                    "8388608"));
}

TEST(Manifest, WithAChunkOfAnotherLengthIsRefused) {
  for (const std::size_t index : {std::size_t{0}, std::size_t{1}}) {
    Manifest manifest = sample();
    manifest.chunks[index].length -= 512;
    EXPECT_EQ(refusal_of(manifest), no_good("chunk " + std::to_string(index) +
                                            " has a length of 4193792, not of 4194304"));
  }
  Manifest manifest = sample();
  manifest.chunks[2].length = chunk_size;
  EXPECT_EQ(refusal_of(manifest), no_good("chunk 2 has a length of 4194304, not of 512"));
}

TEST(Manifest, WithChunksBehindItsEndOrBeforeItIsRefused) {
  Manifest manifest = sample();
  manifest.chunks.push_back({2 * chunk_size + 512, 512, true, "", "", 0});
  EXPECT_EQ(refusal_of(manifest), no_good("chunk 3 lies behind the end of the disk at 8389120"));
  manifest.chunks.resize(2);
  EXPECT_EQ(refusal_of(manifest), no_good("its chunks end at 8388608, the disk at 8389120"));
}

TEST(Manifest, WithABadDigestIsRefused) {
  for (const std::string& digest :
       {std::string(), std::string(63, '1'), std::string(65, '1'), std::string(64, 'A'),
        std::string(64, 'g'), "../" + std::string(61, '1')}) {
    Manifest manifest = sample();
    manifest.chunks[0].file = digest;
    EXPECT_EQ(refusal_of(manifest), no_good("'file' of chunk 0 is no SHA-256 in hex")) << digest;
    manifest = sample();
    manifest.chunks[2].raw = digest;
    EXPECT_EQ(refusal_of(manifest), no_good("'raw' of chunk 2 is no SHA-256 in hex")) << digest;
  }
  EXPECT_EQ(with("\"raw\":\"" + one + "\",", ""), no_good("chunk 0 has no 'raw'"));
  EXPECT_EQ(with("\"" + one + "\"", "17"), no_good("'raw' of chunk 0 is not a string"));
}

TEST(Manifest, WithAFileThatNoChunkHasIsRefused) {
  Manifest manifest = sample();
  manifest.chunks[0].file_size = 0;
  EXPECT_EQ(refusal_of(manifest),
            no_good("'size' of chunk 0 is 0, which no file of a chunk has"));
  manifest.chunks[0].file_size = 2 * chunk_size;
  EXPECT_EQ(refusal_of(manifest),
            no_good("'size' of chunk 0 is 8388608, which no file of a chunk has"));
}

TEST(Manifest, WithAZeroThatIsNoneIsRefused) {
  EXPECT_EQ(with("\"zero\":true", "\"zero\":false"), no_good("'zero' of chunk 1 is not true"));
  EXPECT_EQ(with("\"zero\":true", "\"zero\":1"), no_good("'zero' of chunk 1 is not true"));
}

TEST(Manifest, WithPackagesOutOfOrderIsRefused) {
  Manifest manifest = sample();
  std::swap(manifest.packages[0], manifest.packages[1]);

  EXPECT_EQ(refusal_of(manifest),
            no_good("package 1 'apt' is not in the order of the names"));
}

TEST(Manifest, WithAMemberOfAnotherKindIsRefused) {
  EXPECT_EQ(refusal_of("{\"format\":1,\"name\":\"a\",\"version\":\"1\",\"size\":512,"
                       "\"chunk_size\":4194304,\"packages\":{},\"chunks\":[]}\n"),
            no_good("'packages' of it is not a list"));
  EXPECT_EQ(refusal_of("{\"format\":1,\"name\":\"a\",\"version\":\"1\",\"size\":512,"
                       "\"chunk_size\":4194304,\"packages\":[],\"chunks\":[[]]}\n"),
            no_good("chunk 0 is a list, not a dict"));
}

TEST(Manifest, ThatSaysTheSameInOtherBytesIsRefused) {
  const std::string refused = no_good("it is not written in its one form");

  EXPECT_EQ(refusal_of(to_json(sample()) + "\n"), refused);
  EXPECT_EQ(with("\"format\":1", "\"format\": 1"), refused);
  EXPECT_EQ(with("\"format\":1", "\"more\":1,\"format\":1"), refused);
  EXPECT_EQ(with("\"name\":\"debian-12\"", "\"name\":\"other\",\"name\":\"debian-12\""), refused);
}

}  // namespace
}  // namespace provisioner::chunk
