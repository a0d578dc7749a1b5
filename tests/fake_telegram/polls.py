"""Methods on polls and quizzes.

Source: https://core.telegram.org/bots/api#sendpoll, #stoppoll. Question 1-300 units, up to
12 options of 1-100, explanation 0-200 units and at most 2 line feeds.
"""

from typing import Any

from .arguments import Arguments
from .keyboard import read_inline_markup
from .markup import utf16_length
from .messages import send
from .refusal import JSONObject, bad_request
from .rules import read_formatted
from .world import Message, Outcome, World

MAX_QUESTION = 300
MAX_OPTIONS = 12
MAX_OPTION = 100
MAX_EXPLANATION = 200


def _options(arguments: Arguments) -> list[JSONObject]:
    options = []
    for raw in arguments.array("options"):
        value: Any = {"text": raw} if isinstance(raw, str) else raw
        if not isinstance(value, dict) or not isinstance(value.get("text"), str):
            raise bad_request("can't parse options JSON object")
        formatted = read_formatted(value["text"], str(value.get("text_parse_mode") or ""))
        if not formatted.text:
            raise bad_request("poll options must be non-empty")
        if utf16_length(formatted.text) > MAX_OPTION:
            raise bad_request(f"poll options length must not exceed {MAX_OPTION}")
        options.append({"text": formatted.text, "voter_count": 0})
    if not options:
        raise bad_request("poll must have at least 1 option")
    if len(options) > MAX_OPTIONS:
        raise bad_request(f"poll can't have more than {MAX_OPTIONS} options")
    return [{"persistent_id": str(number), **o} for number, o in enumerate(options)]


def _quiz(arguments: Arguments, options: int) -> JSONObject:
    correct = arguments.array("correct_option_ids")
    if not correct and arguments.has("correct_option_id"):
        correct = [arguments.integer("correct_option_id")]
    if not correct:
        raise bad_request("quiz polls must have a correct option specified")
    if not all(isinstance(c, int) and 0 <= c < options for c in correct):
        raise bad_request("wrong correct option ID specified")
    if correct != sorted(set(correct)):
        raise bad_request("correct option IDs must increase monotonically")
    quiz: JSONObject = {"correct_option_ids": correct}
    if arguments.has("explanation"):
        explanation = read_formatted(
            arguments.text("explanation"),
            arguments.text("explanation_parse_mode"),
            arguments.composite("explanation_entities"),
        )
        if utf16_length(explanation.text) > MAX_EXPLANATION or explanation.text.count("\n") > 2:
            raise bad_request("quiz explanation is too long")
        quiz["explanation"] = explanation.text
        quiz["explanation_entities"] = explanation.entities
    return quiz


def send_poll(world: World, arguments: Arguments) -> Outcome:
    """sendPoll -> Message with ``poll``."""
    chat = world.chat(arguments)
    question = read_formatted(
        arguments.text("question"),
        arguments.text("question_parse_mode"),
        arguments.composite("question_entities"),
    )
    if not question.text:
        raise bad_request("poll question must be non-empty")
    if utf16_length(question.text) > MAX_QUESTION:
        raise bad_request(f"poll question length must not exceed {MAX_QUESTION}")
    options = _options(arguments)
    kind = arguments.text("type") or "regular"
    if kind not in ("regular", "quiz"):
        raise bad_request("unsupported poll type specified")
    poll: JSONObject = {
        "id": world.new_id(),
        "question": question.text,
        "options": options,
        "total_voter_count": 0,
        "is_closed": arguments.flag("is_closed"),
        "is_anonymous": arguments.flag("is_anonymous", True),
        "type": kind,
        "allows_multiple_answers": arguments.flag("allows_multiple_answers"),
        "allows_revoting": arguments.flag("allows_revoting", kind == "regular"),
        "members_only": arguments.flag("members_only"),
    }
    if kind == "quiz":
        poll.update(_quiz(arguments, len(options)))
    elif arguments.has("correct_option_ids") or arguments.has("explanation"):
        raise bad_request("only quiz polls can have a correct option and an explanation")
    return send(world, chat, arguments, {"poll": poll})


def stop_poll(world: World, arguments: Arguments) -> Outcome:
    """stopPoll -> Poll."""
    message = world.own_message(
        arguments, "message with poll to stop not found", "poll can't be stopped"
    )
    poll = message.body.get("poll")
    if poll is None:
        raise bad_request("message with poll to stop not found")
    if poll["is_closed"]:
        raise bad_request("poll has already been closed")
    markup = read_inline_markup(arguments.composite("reply_markup"))
    message.body.pop("reply_markup", None)
    if markup is not None:
        message.body["reply_markup"] = markup
    message.markup = markup
    poll["is_closed"] = True
    world.show(message)
    return Outcome(poll, message.chat.id, message)


def vote(message: Message, voter: int, chosen: list[int]) -> None:
    """Count a person's vote; LookupError when the poll does not take it."""
    poll = message.body.get("poll")
    if poll is None or poll["is_closed"]:
        raise LookupError("no open poll in this message")
    if voter in message.votes and not poll["allows_revoting"]:
        raise LookupError("this person has voted, and the poll takes no second vote")
    if len(chosen) > 1 and not poll["allows_multiple_answers"]:
        raise LookupError("the poll takes one option only")
    if not chosen or any(not 0 <= option < len(poll["options"]) for option in chosen):
        raise LookupError(f"the poll has options 0 to {len(poll['options']) - 1}")
    message.votes[voter] = chosen
    poll["total_voter_count"] = len(message.votes)
    for number, option in enumerate(poll["options"]):
        option["voter_count"] = sum(number in votes for votes in message.votes.values())
