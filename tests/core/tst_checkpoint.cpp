// SPDX-License-Identifier: GPL-3.0-or-later
// Model folders: one file, shards, hashes, notes, time to open.
#include "core/checkpoint/checkpoint.h"
#include "core/data/error.h"
#include "tests/support/tiny_checkpoint.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cstring>

using namespace driftscope;
using test::TinyModel;
using test::write_tiny_checkpoint;
namespace fs = std::filesystem;

class TestCheckpoint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void opens_one_file();
    void shards_hold_the_same_tensors();
    void a_file_of_the_folder_means_the_folder_data();
    void a_file_of_the_folder_means_the_folder();
    void symlinks_are_followed();
    void model_safetensors_comes_before_the_index();
    void says_what_it_did_not_read();
    void hashes_are_of_content_and_kept();
    void an_identical_copy_has_the_same_hashes();
    void opens_three_hundred_tensors_at_once();

private:
    fs::path path(const char* name = "") const {
        return fs::path(dir_->path().toStdString()) / name;
    }
    std::unique_ptr<QTemporaryDir> dir_;
};

void TestCheckpoint::init() { dir_ = std::make_unique<QTemporaryDir>(); }

void TestCheckpoint::opens_one_file() {
    write_tiny_checkpoint(path(), {});
    const auto checkpoint = Checkpoint::open(path());
    QCOMPARE(checkpoint->tensors().size(), test::tiny_tensors({}).size());
    QVERIFY(std::is_sorted(checkpoint->tensors().begin(), checkpoint->tensors().end(),
                           [](const auto& a, const auto& b) { return a.name < b.name; }));
    const TensorView* head = checkpoint->find("lm_head.weight");
    QVERIFY(head);
    QCOMPARE(head->shape, (std::vector<int64_t>{96, 32}));
    QCOMPARE(head->source, std::string("model.safetensors"));
    QVERIFY(!checkpoint->find("lm_head.weigh"));
    QVERIFY(!checkpoint->find("zzz"));
    size_t total = 0;
    for (const auto& tensor : checkpoint->tensors()) total += tensor.bytes;
    QCOMPARE(checkpoint->total_bytes(), total);
    QCOMPARE(checkpoint->metadata().at("format"), std::string("pt"));
    QVERIFY(checkpoint->notes().empty());
    QVERIFY(checkpoint->still_unchanged());
}

void TestCheckpoint::shards_hold_the_same_tensors() {
    write_tiny_checkpoint(path("one"), {});
    TinyModel model;
    model.shards = 3;
    write_tiny_checkpoint(path("three"), model);
    const auto one = Checkpoint::open(path("one"));
    const auto three = Checkpoint::open(path("three"));
    QCOMPARE(three->files().size(), size_t{3});
    QCOMPARE(three->tensors().size(), one->tensors().size());
    for (const TensorView& tensor : one->tensors()) {
        const TensorView* other = three->find(tensor.name);
        QVERIFY(other);
        QCOMPARE(other->shape, tensor.shape);
        QVERIFY(std::memcmp(other->data, tensor.data, tensor.bytes) == 0);
        QCOMPARE(three->tensor_hash(*other), one->tensor_hash(tensor));
    }
    QVERIFY(three->notes().empty());
}

void TestCheckpoint::a_file_of_the_folder_means_the_folder_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"", "config.json", "model.safetensors", "other.safetensors"})
        QTest::newRow(*name ? name : "folder") << name;
}

void TestCheckpoint::a_file_of_the_folder_means_the_folder() {
    QFETCH(QString, name);
    write_tiny_checkpoint(path(), {});
    test::write_file(path("other.safetensors"), test::raw_safetensors("{}"));
    QVERIFY(Checkpoint::open(path() / name.toStdString())->find("model.norm.weight"));
}

void TestCheckpoint::symlinks_are_followed() {
    write_tiny_checkpoint(path("store"), {});
    fs::create_directories(path("links"));
    fs::create_symlink(path("store/model.safetensors"), path("links/model.safetensors"));
    fs::create_directory_symlink(path("links"), path("folder"));
    QVERIFY(Checkpoint::open(path("folder"))->find("model.norm.weight"));
}

void TestCheckpoint::model_safetensors_comes_before_the_index() {
    TinyModel model;
    model.shards = 2;
    write_tiny_checkpoint(path(), model);
    model.shards = 1;
    model.seed = 2;
    write_tiny_checkpoint(path(), model);
    const auto checkpoint = Checkpoint::open(path());
    QCOMPARE(checkpoint->files().size(), size_t{1});
    QCOMPARE(checkpoint->notes().size(), size_t{3});  // the index and two shards
    QVERIFY(checkpoint->notes().front().find("comes first") != std::string::npos);
}

void TestCheckpoint::says_what_it_did_not_read() {
    TinyModel model;
    model.shards = 2;
    write_tiny_checkpoint(path(), model);
    test::write_file(path("consolidated.safetensors"), "not even a header");
    // A shard with one tensor more than the index knows.
    auto tensors = test::tiny_tensors(model);
    std::vector<test::RawTensor> second(tensors.begin() + static_cast<long>(tensors.size() / 2),
                                        tensors.end());
    second.push_back({"spare", StoredType::F32, {0}, ""});
    test::write_file(path("model-00002-of-00002.safetensors"), test::safetensors_bytes(second));
    const auto checkpoint = Checkpoint::open(path());
    QVERIFY(!checkpoint->find("spare"));
    QCOMPARE(checkpoint->notes().size(), size_t{2});
    QCOMPARE(checkpoint->notes()[0],
             std::string("model-00002-of-00002.safetensors: tensor \"spare\" is not in the index: "
                         "not read"));
    QCOMPARE(
        checkpoint->notes()[1],
        std::string("consolidated.safetensors is in the folder and not in the index: not read"));
}

void TestCheckpoint::hashes_are_of_content_and_kept() {
    test::write_file(path("model.safetensors"),
                     test::safetensors_bytes(
                         {{"abc", StoredType::U8, {3}, "abc"}, {"none", StoredType::U8, {0}, ""}}));
    const auto checkpoint = Checkpoint::open(path());
    const TensorView& abc = *checkpoint->find("abc");
    QVERIFY(checkpoint->known_hash(abc).empty());
    // FIPS 180-4's own example.
    const std::string expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    QCOMPARE(checkpoint->tensor_hash(abc), expected);
    const auto again = Checkpoint::open(path());
    QCOMPARE(again->known_hash(*again->find("abc")), expected);
    QCOMPARE(again->tensor_hash(*again->find("none")),
             std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    // Written to in place: another change time, so nothing is known of it.
    test::write_file(path("model.safetensors"),
                     test::safetensors_bytes({{"abc", StoredType::U8, {4}, "abcd"}}));
    const auto changed = Checkpoint::open(path());
    QVERIFY(changed->known_hash(*changed->find("abc")).empty());
}

void TestCheckpoint::an_identical_copy_has_the_same_hashes() {
    write_tiny_checkpoint(path("a"), {});
    fs::copy(path("a"), path("b"));
    TinyModel other;
    other.seed = 2;
    write_tiny_checkpoint(path("c"), other);
    const auto a = Checkpoint::open(path("a"));
    const auto b = Checkpoint::open(path("b"));
    const auto c = Checkpoint::open(path("c"));
    for (const TensorView& tensor : a->tensors()) {
        QCOMPARE(b->tensor_hash(*b->find(tensor.name)), a->tensor_hash(tensor));
        QVERIFY(c->tensor_hash(*c->find(tensor.name)) != a->tensor_hash(tensor));
    }
}

void TestCheckpoint::opens_three_hundred_tensors_at_once() {
    TinyModel model;
    model.n_layers = 33;  // 300 tensors
    write_tiny_checkpoint(path(), model);
    QElapsedTimer timer;
    timer.start();
    const auto checkpoint = Checkpoint::open(path());
    const qint64 taken = timer.nsecsElapsed();
    QCOMPARE(checkpoint->tensors().size(), size_t{300});
    qInfo("open to tensor list, 300 tensors: %.2f ms", static_cast<double>(taken) / 1e6);
    QVERIFY(taken < 100'000'000);
}

QTEST_GUILESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
