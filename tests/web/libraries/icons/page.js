window.state = {};
window.act = async () => {
  document.getElementById("later").innerHTML = '<p class="large"><i class="fa-solid fa-heart"></i><i class="fa-brands fa-python"></i></p><p id="bold"><b>Bold comes later</b></p>';
  await document.fonts.ready;
};
