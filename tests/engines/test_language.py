"""Words of messages, however they were typed."""

from bandeng.engines.language import Tokeniser, normalise


def test_width_characters_and_signs_nobody_sees_make_no_difference():
    assert normalise("ＡＢＣ１２３　龍泉鎮\u200b西湖村") == normalise("abc123 龙泉镇西湖村")


def test_the_countys_own_names_stay_whole():
    assert "魏家台子" in Tokeniser(["魏家台子"]).words("魏家台子的水费太高")
    assert "魏家台子" not in Tokeniser().words("魏家台子的水费太高")


def test_signs_and_blanks_are_no_words():
    assert Tokeniser().words("！！！ \n……") == Tokeniser().words("") == []
