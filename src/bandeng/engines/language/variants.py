"""Characters that are the same word written otherwise, where neither Unicode nor opencc says so.

Radicals: the supplement block U+2E80–2EF3 has no compatibility mapping, but papers turned into text are full of it
(⺠ for 民). Variants: 第一批异体字整理表 (1955) as amended by 通用规范汉字表 (2013), the part opencc leaves alone,
without the forms that the 2013 table restored for names (喆 淼 昇 堃 …), and Japanese forms that keyboards offer.
One character for one, the second the standard.
"""

_RADICALS = (
    "⺀冫⺁厂⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋卩⺌小⺍小⺎兀⺏尢⺐尢⺓幺⺔彐⺕彐⺖忄⺗心⺘扌⺙攵⺛无⺜日⺝月⺞歹⺟母⺠民"
    "⺡氵⺢水⺣灬⺤爪⺥爪⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯纟⺰纟⺱网⺲罒⺳网⺴网⺶羊⺷羊⺸羊⺹老⺺肀⺻聿⺼月⺽臼"
    "⺾艹⺿艹⻀艹⻁虎⻂衤⻃西⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑长⻒长⻓长⻔门⻕阝⻖阝⻗雨⻘青⻙韦⻚页"
    "⻛风⻜飞⻝食⻞食⻟食⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⻳龟"
)
_VARIANTS = (
    "朶朵凢凡囬回囘回囯国囻国寍宁畧略畄留畱留隣邻効效勅敕勲勋塟葬壻婿妬妒姉姊峩峨嶋岛幇帮帋纸廐厩悤匆愽博慙惭揷插"
    "栢柏梹槟歩步歳岁氷冰浄净淸清湼涅牋笺犂犁珎珍甁瓶疎疏痲麻皜皓硏研秌秋筯箸粧妆緜绵縂总耡锄脇胁莭节葢盖蔴麻虵蛇"
    "衇脉覇霸讁谪賛赞蹟迹輭软逩奔酧酬鎻锁闗关阯址鶏鸡靣面韮韭頥颐飃飘飜翻騐验鬪斗鵞鹅麁粗黒黑黙默鼡鼠竝并姪侄"
    "衹只祇只栁柳塲场澁涩凴凭堿碱擕携髪发図图県县対对応应発发経经売卖読读広广団团働动戸户毎每鉄铁駅驿"
    "氊毡坿附仝同寳宝牕窗窓窗窻窗燄焰焔焰虗虚揑捏疉叠畊耕踫碰偺咱喒咱倶俱兎兔刄刃剏创卹恤厠厕呪咒啣衔喦岩"
)


def _pairs(text: str) -> dict[int, str]:
    return {ord(written): standard for written, standard in zip(text[::2], text[1::2], strict=True)}


STANDARD = _pairs(_RADICALS) | _pairs(_VARIANTS)
