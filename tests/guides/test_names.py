"""Names in what officers type: how many are found, how often other words are taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from guides.folder import read_folder
from guides.personal import NAME, found_typed, redact

LIBRARY = Path(__file__).parents[2] / "guides" / "library"
# Invented, one a line; what is to be taken out stands in brackets.
WITH_NAMES = """
嫌疑人[王志强]跑了
嫌疑人[李娜]一直不说话
犯罪嫌疑人[欧阳建国]拒不签字
被害人[陈晓东]不同意调解
受害人[赵雪]要求赔医药费
报案人[孙丽华]说她被骗了
证人[周明]不肯来所里
当事人：[吴桂兰]
当事人[郑凯]、[冯涛]各执一词
同伙[蒋大伟]在逃
民警[韩磊]出的警
辅警[曹阳]动手了
[王小明]打老婆了
[张伟]报警说手机丢了
[刘洋]偷了超市两瓶酒
[杨秀英]骂邻居
[黄海波]来投案
[徐静]跑了
东湖路酒驾 [张建军]
KTV打架 [马超]
[何平]
[高志远]酒驾
[林雨涵]的妈妈报警
昨晚[罗军]喝多了闹事
把[梁文博]带回来了
[宋佳]被打了
邻居[唐国庆]放狗咬人
老公[许亮]又打人
儿子[邓子轩]失踪两天
老板[彭金龙]欠薪
司机[曾勇]逃逸
死者[萧红梅]的家属来闹
传唤[蔡小军]到案
询问[潘婷]
讯问[袁刚]要几个人
抓获[董浩]
刑拘了[魏国栋]怎么通知家属
给[苏敏]做笔录
我叫[卢俊杰]
名叫[丁香]
姓名：[沈佳宜]
自称[任飞]
名字是[姚明月]
[薛宝林]和[夏天宇]互殴
[崔建]跟[石磊]抢地盘
[段玉成]持刀
[侯晓燕]要撤案
[江海洋]吸毒被抓
[尹慧]家暴
[黎明辉]涉嫌诈骗
[司马青云]闹访
[诸葛亮亮]不配合抽血
[阿卜杜拉·买买提]没带证件
[易建华]在网吧闹事
[秦岚]举报她老公
[贺国强]拒绝检查
租客[顾一鸣]没登记
车主[毛宁]不服处罚
[万福生]砸车
[张三]打了[李四]
查一下[邵逸飞]的开房记录
[武艳芳]扬言跳楼
监护人[汤玉珍]没到场
[闫志刚]醉驾，抽血送检
把[王强]铐上
[孙伟]戴手铐三小时了
""".strip().splitlines()
WITHOUT = [
    *("高空抛物", "黄赌毒", "金额怎么算", "白纸黑字", "马上走", "方法", "于是", "许可", "张贴公告"),
    *(
        "任何人",
        "何时告知",
        "安全检查",
        "高铁站打架",
        "黄金被偷",
        "周一来",
        "孙子打爷爷",
        "叫救护车来",
    ),
    *(
        "叫家属过来",
        "他叫我滚",
        "自称公安",
        "被害人家属要求赔",
        "嫌疑人跑了",
        "民警马上到",
        "证人不来",
    ),
    *("一张身份证", "对方不来", "公安不管", "三万元", "罚金不交", "王某打人", "路口事故", "白天来"),
    *(
        "嫌疑人金额",
        "报案人何时来",
        "当事人方便吗",
        "司机车上有酒",
        "老板单子没开",
        "安静点",
        "保安打人",
    ),
]


def test_most_names_are_taken_out() -> None:
    kept = [
        line for line in WITH_NAMES if any(name in redact(_bare(line)) for name in _names(line))
    ]
    assert len(WITH_NAMES) >= 60
    assert len(kept) <= len(WITH_NAMES) // 20, kept


def test_a_name_found_is_the_name_and_nothing_else() -> None:
    """A character too many now and then (王强发), never half the sentence."""
    for line in WITH_NAMES:
        text = _bare(line)
        for kind, start, end in found_typed(text):
            assert kind == NAME, line
            assert end - start <= 9, line
            assert any(name in text[start : end + 1] for name in _names(line)), line


@pytest.mark.parametrize("text", WITHOUT)
def test_words_that_look_like_names_stay(text: str) -> None:
    assert redact(text) == text


def test_false_alarms_in_the_phrasings_are_rare() -> None:
    lines = [text for file in read_folder(LIBRARY).asked for _, text in file.lines]
    wrong = [text for text in lines if found_typed(text)]
    assert len(lines) > 18_000
    assert len(wrong) < len(lines) / 200, wrong  # the promise is 1 in 100


def _bare(line: str) -> str:
    return line.replace("[", "").replace("]", "")


def _names(line: str) -> list[str]:
    return [part.split("]")[0] for part in line.split("[")[1:]]
