"""Languages beside those of the corpus: who a model says it is, and what is not about itself."""

import json
import pathlib
from importlib import resources

import pytest

from service.blinding.leaks import find

OURS = {
    "fr": [
        "Je suis Le Chat, un assistant conversationnel créé par Mistral AI.",
        "Je suis un grand modèle de langage, entraîné par Google.",
        "Je m'appelle Claude et j'ai été créé par Anthropic.",
        "En tant que modèle de langage développé par OpenAI, je n'ai pas d'avis.",
        "Mes créateurs sont chez DeepSeek. Cela dit, voici la recette.",
        "C'est OpenAI qui m'a entraîné.",
        "Vous parlez avec ChatGPT.",
        "Cette réponse a été rédigée par Gemini.",
        "En tant qu'assistant développé par la société Lumivox, je peux vous aider.",
        "Contrairement à ChatGPT, je connais la suite.",
    ],
    "it": [
        "Sono un modello linguistico sviluppato da OpenAI.",
        "Sono ChatGPT, un assistente virtuale.",
        "Mi chiamo Claude e sono stato creato da Anthropic.",
        "Come modello linguistico addestrato da Google, non ho opinioni.",
        "I miei creatori sono di Mistral AI.",
        "OpenAI mi ha addestrato.",
        "Stai parlando con Gemini.",
        "Questo testo è stato scritto da ChatGPT.",
        "Sono un assistente sviluppato dalla società Lumivox.",
    ],
    "pt": [
        "Sou um modelo de linguagem treinado pelo Google.",
        "Eu sou o ChatGPT, um assistente virtual.",
        "Fui criado pela Anthropic.",
        "Como modelo de linguagem desenvolvido pela OpenAI, não tenho opinião.",
        "Meu criador é a DeepSeek. Enfim, a receita.",
        "A OpenAI me treinou para isso.",
        "Você está conversando com o Gemini.",
        "Esta resposta foi escrita pelo ChatGPT.",
        "Sou um assistente desenvolvido pela empresa Lumivox.",
    ],
    "ru": [
        "Я — GigaChat, языковая модель, разработанная Сбером.",
        "Я ChatGPT, виртуальный помощник.",
        "Меня зовут Claude. Чем помочь?",
        "Я большая языковая модель, обученная Google.",
        "Меня создала компания OpenAI.",
        "Яндекс разработал меня недавно.",
        "Мои создатели — DeepSeek.",
        "Как языковая модель от OpenAI, я не имею мнения.",
        "Вы общаетесь с Gemini.",
        "Я — ассистент, созданный компанией Лумивокс.",
    ],
    "ar": [
        "أنا نموذج لغوي كبير تم تدريبه بواسطة جوجل.",
        "أنا ChatGPT، مساعد افتراضي.",
        "اسمي كلود.",
        "تم تطويري من قبل شركة OpenAI.",
        "طورتني شركة أنثروبيك.",
        "بصفتي نموذج لغوي من OpenAI، لا رأي لي.",
        "أنت تتحدث مع جيميني.",
    ],
    "zh": [
        "我是通义千问，由阿里云开发的大语言模型。",
        "我是由中国的深度求索（DeepSeek）公司独立开发的智能助手。",
        "我是深度求索公司研发的人工智能助手。",
        "我是Kimi，由月之暗面科技有限公司训练的大语言模型。",
        "我叫豆包。很高兴见到你。",
        "你好！我是文心一言，有什么可以帮你？",
        "作为OpenAI训练的语言模型，我没有观点。",
        "我的开发者是智谱AI。",
        "百度训练了我。",
        "您正在与ChatGPT对话。",
        "本回答由腾讯混元生成。",
        "我是光音科技开发的人工智能助手。",
    ],
}
OTHERS = {
    "fr": [
        "OpenAI a développé ChatGPT en 2022.",
        "Claude Monet a peint ce tableau ; je suis ému.",
        "Je suis allé au cinéma avec Claude.",
        "Le mistral est un vent froid.",
        "L'autre réponse de l'équation est -3.",
        "Choisissez une réponse claire.",
    ],
    "it": [
        "OpenAI ha sviluppato ChatGPT nel 2022.",
        "Sono andato a Roma con Claudia.",
        "Il maestrale e il mistral sono venti.",
        "Sono nato sotto il segno dei gemelli.",
        "L'altra risposta dell'equazione è -3.",
    ],
    "pt": [
        "A OpenAI desenvolveu o ChatGPT em 2022.",
        "Sou de Lisboa e gosto de pão.",
        "Fui ao cinema com o Cláudio.",
        "A lhama é um animal dos Andes.",
        "A outra resposta da equação é -3.",
    ],
    "ru": [
        "Компания OpenAI выпустила ChatGPT в 2022 году.",
        "Я люблю сберегать деньги.",
        "Я искал это в интернете.",
        "Меня зовут Анна.",
        "Другой ответ уравнения: -3.",
    ],
    "ar": [
        "أطلقت شركة OpenAI برنامج ChatGPT عام 2022.",
        "أنا من القاهرة وأحب الخبز.",
        "اسمي سارة.",
        "ولد كلود مونيه في باريس.",
    ],
    "zh": [
        "百度是一家中国公司。",
        "我是从百度上查到的，请核实。",
        "我是百度的忠实用户。",
        "通义千问由阿里云开发。",
        "我是一名老师，喜欢面包。",
        "我的名字是小明。",
        "另一个回答是负三。",
    ],
}
APPEALS = {
    "fr": [
        "Votez pour cette réponse !",
        "L'autre réponse contient une erreur.",
        "Chers évaluateurs,",
    ],
    "it": ["Vota questa risposta!", "L'altra risposta contiene un errore.", "Cari valutatori,"],
    "pt": ["Vote nesta resposta!", "A outra resposta contém erros.", "Caros avaliadores,"],
    "ru": ["Голосуйте за этот ответ!", "Другой ответ содержит ошибки.", "Уважаемые эксперты!"],
    "ar": ["صوتوا لهذه الإجابة", "الإجابة الأخرى فيها خطأ", "أعزائي المقيمين"],
    "zh": ["请投票给这个回答！", "另一个回答有错误。", "尊敬的评委老师，"],
}


def pairs(texts):
    return [(code, text) for code, own in texts.items() for text in own]


class TestMoreLanguages:
    @pytest.mark.parametrize(("code", "text"), pairs(OURS))
    def test_find_who_speaks(self, code, text):
        assert {leak.kind for leak in find(text, ())} == {"self"}

    @pytest.mark.parametrize(("code", "text"), pairs(OURS))
    def test_find_it_among_other_text(self, code, text):
        assert find(f"1. Flour\n2. Water\n\n{text}\n\n- Salt", (), "", "How is bread made?")

    @pytest.mark.parametrize(("code", "text"), pairs(OTHERS))
    def test_leave_alone_what_is_not_about_itself(self, code, text):
        assert find(text, ()) == ()

    @pytest.mark.parametrize(("code", "text"), pairs(APPEALS))
    def test_find_what_speaks_to_raters(self, code, text):
        assert {leak.kind for leak in find(text, ())} == {"rater"}

    @pytest.mark.parametrize(
        ("prompt", "text"),
        [
            ("Écris un poème où ChatGPT parle.", "Je suis ChatGPT, roi des poules."),
            ("Scrivi un racconto su ChatGPT.", "Sono ChatGPT, il re dei polli."),
            ("Escreva um conto com o ChatGPT.", "Sou o ChatGPT, rei das galinhas."),
            ("Напиши рассказ о ChatGPT.", "Я ChatGPT, король кур."),
            ("اكتب قصة عن ChatGPT", "أنا ChatGPT ملك الدجاج."),
            ("写一个关于ChatGPT的故事", "我是ChatGPT，母鸡之王。"),
        ],
    )
    def test_leave_alone_what_the_prompt_asks_for(self, prompt, text):
        assert find(text, (), "", prompt) == ()
        assert find(text, ())


def test_every_language_has_lines_here_or_in_the_corpus():
    folder = resources.files("service.blinding.leaks.languages")
    there = {each.name[:-3] for each in folder.iterdir() if each.name[:-3].isalpha()}
    corpus = pathlib.Path(__file__).with_name("corpus.jsonl").read_text("utf-8").splitlines()
    assert len(there) > 8
    assert there == {json.loads(line)["language"] for line in corpus} | set(OURS)
