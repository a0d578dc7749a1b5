"""Personal data is found and taken out; other words and numbers stay."""

from __future__ import annotations

import pytest

from guides.personal import found, found_in_label, found_typed, redact


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("身份证11010119900307123X的人", "身份证号"),
        ("老证110101900307123的人", "身份证号"),
        ("电话13912345678打不通", "手机号"),
        ("电话139 1234 5678", "手机号"),
        ("卡号6222 0212 3456 7890 123", "银行卡号"),
        ("车牌京A12345跑了", "车牌号"),
        ("粤BD12345的电车", "车牌号"),
    ],
)
def test_personal_numbers(text: str, name: str) -> None:
    assert [one.kind for one in found(text)] == [name]
    assert f"〔{name}〕" in redact(text)
    assert not list(found(redact(text)))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("找138.1234.5678", "找〔手机号〕"),
        ("找138-1234-5678", "找〔手机号〕"),
        ("找13812 345678", "找〔手机号〕"),
        ("１３８　１２３４　５６７８", "〔手机号〕"),
        ("1 3 8 1 2 3 4 5 6 7 8 找他", "〔手机号〕 找他"),
        ("138\u200b1234\u200b5678", "〔手机号〕"),
        ("+86 138 1234 5678", "〔手机号〕"),
        ("一三八 一二三四 五六七八", "〔手机号〕"),
        ("一三八，一二三四，五六七八打来的", "〔手机号〕打来的"),
        ("幺三八洞洞洞洞拐拐拐拐", "〔手机号〕"),
        ("电话一三八一二三四五六七八一直不接", "电话〔手机号〕直不接"),
        ("壹叁捌壹贰叁肆伍陆柒捌", "〔手机号〕"),
        ("一一零一零一 一九九零零三零七 一二三四", "〔身份证号〕"),
        ("110101.1990.0307.123x", "〔身份证号〕"),
        ("六二二二 零二一二 三四五六 七八九零", "〔银行卡号〕"),
        ("010-88886666找谁", "〔座机号〕找谁"),
        ("(0571) 8888 6666", "〔座机号〕"),
        ("0312 8886666", "〔座机号〕"),
        ("零一零 八八八八 六六六六", "〔座机号〕"),
        ("座机88886666没人接", "座机〔座机号〕没人接"),
        ("88886666打来的", "〔座机号〕打来的"),
        ("电话 0 1 0 8 8 8 8 6 6 6 6", "电话 〔座机号〕"),
        ("电话是八八八八六六六六", "电话是〔座机号〕"),
        ("京A·12345跑了", "〔车牌号〕跑了"),
        ("京 A 12 345跑了", "〔车牌号〕跑了"),
        ("京A一二三四五跑了", "〔车牌号〕跑了"),
        ("京A1234警", "〔车牌号〕"),
        ("发到 zhang.san@example.com 行吗", "发到 〔邮箱〕 行吗"),
        ("邮箱zhang_3 @ qq.com", "邮箱〔邮箱〕"),
        ("微信号zhangsan_88", "微信号〔微信号〕"),
        ("微信：abc12345", "微信：〔微信号〕"),
        ("VX abcdef 骗钱", "VX 〔微信号〕 骗钱"),
        ("微信号是13579", "微信号是〔微信号〕"),
        ("wxid_a1b2c3d4", "〔微信号〕"),
        ("QQ123456789", "QQ〔QQ号〕"),
        ("qq号：12 345 678", "qq号：〔QQ号〕"),
        ("QQ群一二三四五六七", "QQ群〔QQ号〕"),
        ("抖音号 abc.12345", "抖音号 〔账号〕"),
        ("护照E12345678", "护照〔证件号〕"),
    ],
)
def test_numbers_and_accounts_however_they_are_written(text: str, left: str) -> None:
    assert redact(text) == left
    assert not found_typed(redact(text))


@pytest.mark.parametrize(
    "text",
    [
        *("罚500元", "2026-11-21 10:05", "第97条", "12345热线", "110", "8小时", "二百元"),
        *(
            "2026-11-21 10:05 到 2026-11-22 10:05",
            "2026.11.21-2026.12.21",
            "一百二十三万",
        ),
        *(
            "十一点五十分",
            "一二三四五六七",
            "第一百三十三条之一第二款第三项",
            "12389",
            "95588",
            "9 点到 17 点",
        ),
        *(
            "微信转账500元",
            "QQ群里骂人",
            "微信聊天记录能当证据吗",
            "支付宝转了20000",
            "127.0.0.1:8080",
        ),
        *(
            "192.168.100.12",
            "172.16.254.100",
            "0.8毫克每毫升",
            "200毫克/100毫升",
            "1、2、3、4、5、6、7、8、9、10",
        ),
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("住幸福路23号3单元501室的人不开门", "住〔住址〕的人不开门"),
        ("阳光小区五栋二单元吵架", "〔住址〕吵架"),
        ("幸福路甲6号", "〔住址〕"),
        ("甲6号那家", "〔住址〕那家"),
        ("家住幸福路的老人", "家住〔住址〕的老人"),
        ("住址：江城市江东区城关镇", "住址：〔住址〕"),
        ("江城市江东区幸福路", "〔住址〕"),
        ("他住阳光花园", "他住〔住址〕"),
        ("户籍地在青山县大河镇柳树村", "户籍地在〔住址〕"),
        ("大河镇柳树村打架", "〔住址〕打架"),
        ("金桂花园吵架", "〔住址〕吵架"),
        ("姓名：李小明 醉了", "姓名：〔姓名〕 醉了"),
        ("自称欧阳明轩", "自称〔姓名〕"),
        ("报警人叫王强，跑了", "报警人叫〔姓名〕，跑了"),
        ("手机１３９１２３４５６７８", "手机〔手机号〕"),
        ("一三九一二三四五六七八打来的", "〔手机号〕打来的"),
        ("110101 19900307 123X", "〔身份证号〕"),
        ("令牌 123456789:AAbbccddeeff 错", "令牌 〔令牌〕 错"),
        ("王小明，住金桂花园，电话138.1234.5678", "〔姓名〕，住〔住址〕，电话〔手机号〕"),
    ],
)
def test_what_officers_type_loses_names_and_addresses_too(text: str, left: str) -> None:
    assert redact(text) == left
    assert found_typed(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "叫救护车来",
            "叫家属过来",
            "3号楼有人打架",
            "走一公里路10分钟",
            "自称公安",
            "第二十三条",
        ),
        *(
            "他叫我滚",
            "小区里打架",
            "我们小区",
            "住哪个小区",
            "住院了",
            "住所要搜查",
            "户籍地派出所",
            "村里吵架",
        ),
        *("上一级公安机关", "县级以上公安机关", "外地农村来的", "东门", "路口事故"),
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text
    assert not found_typed(text)


def test_places_in_the_text_are_told_and_what_was_typed_stays_as_it_was() -> None:
    text = "ＡＢＣ：张建国，１３９１２３４５６７８"
    assert [(one.kind, text[one.start : one.end]) for one in found_typed(text)] == [
        ("姓名", "张建国"),
        ("手机号", "１３９１２３４５６７８"),
    ]
    assert redact(text) == "ＡＢＣ：〔姓名〕，〔手机号〕"


def test_a_label_needs_no_long_number() -> None:
    assert [one.kind for one in found_in_label("案号二零二六一一")] == ["一长串数字"]
    assert not found_in_label("12345")


def test_long_texts_are_quick_to_look_through() -> None:
    """Nothing that grows with the square of the length: this would take minutes."""
    for piece in (
        "a",
        "1",
        "1 ",
        "一",
        "王",
        "住幸福",
        "区",
        "138 ",
        "wx",
        "a.",
        "·",
        "13812345678,",
    ):
        redact(piece * (60_000 // len(piece)))
