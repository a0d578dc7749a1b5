"""The sentences that several topics and channels share."""

from __future__ import annotations

HOME = "首页"
BACK = "返回"
ON_CALL = "拿不准就打电话问本单位值班法制民警，人命关天的先救人、先控制现场。"
ASK_HINT = "直接打字或用语音输入，说说现场是什么情况、要做什么。"
IN_LEDGER = "已记入问题台账，法制民警可以看到"
NOT_A_GUIDE_MATTER = "请不要写姓名、证件号、电话、车牌：这里不需要，也不保存案件信息。"

ELSEWHERE = "这是内部指引的时限，详情看手机网页。"
HEARD = "收到"
GONE = "这个按钮已经失效：指引改过或者撤下了。请从首页重新进入，或者直接再问一次。"
NOT_INVITED = "这里只给受邀请的民警使用。需要使用的，请向本单位法制部门要邀请。"
NOT_INVITED_SHORT = "只给受邀请的民警使用"
UNSURE_SHORT = "现在查不到您是否受邀请，请稍后再试"
UNSURE = "现在查不到您是否受邀请（数据库连不上），所以先不能用。请稍后再试，不用重新要邀请。"
NOT_ENTERED = "数据库连不上，现在核对不了邀请码和登录码，请稍后再试。"
WELCOME = "欢迎，可以用了。直接说现场是什么情况。"
NOT_YOURS = "这一项只有{role}才能用。"
NOT_DONE = "数据库暂时用不了，这一步没有做成，请稍后再试（不影响查指引）。"
# As bot/courier.py does it.
PASSED_ON = "提醒改发给本单位或上级的法制民警、值班法制员，都没有的发给管理员"
PASSED_TO_NOBODY = "现在没有别的法制民警，也没有管理员，提醒没有人收：先交接，或者先办完停止"
IN_A_HURRY = "急事请直接打电话问本单位值班法制民警。"
TOO_FAST_SHORT = "问得太快了，请歇几秒"
EMPTY = "没有看到文字。" + ASK_HINT
NOT_A_QUESTION = "没有看懂。" + ASK_HINT
TOO_LONG = "内容太长，只看了前面 {limit} 个字。请用一句话说要紧的。"
PUT_AWAY = "这个回答已经收起：问题只在内存里留一小时。请再问一次。"
NOTHING_TO_SERVE = "指引库暂时用不了，正在恢复。"
NO_STATE = "记录暂时存不上（不影响查指引）。"
FAILED = "这一步出了故障，请重试一次。"

ONLY_WORDS = "只看了文字。图片、文件和语音都没有看，也请不要把案件材料发到这里。"
UNREADABLE = {
    "voice": "听不了语音消息。请用手机输入法的语音转文字，再把文字发过来。",
    "sticker": "看不懂表情贴纸。" + ASK_HINT,
    "file": "收不了文件和图片，也请不要把案件材料发到这里。" + ASK_HINT,
    "other": "这类消息看不懂。" + ASK_HINT,
}
